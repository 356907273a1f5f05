"""Everybody who is in a segment now, to do something with all of them at once."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.criteria.open_members import fields_of_members
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.enrolments import SegmentMember
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import SEGMENT, find


def everyone_in(session: Session, act: Act, slug: str, most: int, roles: Collection[str] = ()) -> list[uuid.UUID]:
    """The uids of its members in the act's scope. Missing without such a segment, Invalid when there are more than
    `most`.

    Forbidden when membership rests on a custom field that these roles may not see.
    """
    segment = find(session, SEGMENT, slug)
    fields = fields_of_members(session, act, segment, roles, has_left=False)
    inside = select(Patient.id, Patient.uid).join(SegmentMember, SegmentMember.patient_id == Patient.id)
    mine = inside.where(SegmentMember.segment_id == segment.id, SegmentMember.left_at.is_(None))
    members = session.execute(mine.order_by(Patient.id).limit(most + 1)).all()
    if len(members) > most:
        raise Invalid([Problem("", N_("The segment has more than %(most)s patients"), {"most": most})])
    ids = [member.id for member in members]
    audit.note(session, "R", "segment.members", [segment.id], ids, {"fields": fields})
    return [member.uid for member in members]
