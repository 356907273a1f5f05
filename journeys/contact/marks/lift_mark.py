"""Ends a mark of a patient from now on; what it held before stays known."""

from __future__ import annotations

import uuid

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Missing
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.contact_marks import ContactMark


def lift_mark(session: Session, act: Act, uid: uuid.UUID) -> ContactMark:
    """Return the mark, ended; one that has ended stays as it is. Missing where there is none in scope."""
    patient = session.scalar(select(ContactMark.patient_id).where(ContactMark.uid == uid))
    if patient is None:
        raise Missing("There is no such mark")
    lock_lanes(session, [lane_of(patient)])
    still = or_(ContactMark.until_at.is_(None), ContactMark.until_at > act.now)
    mark = session.scalars(select(ContactMark).where(ContactMark.uid == uid).with_for_update()).one()
    if not session.scalar(select(ContactMark.id).where(ContactMark.id == mark.id, still)):
        audit.nothing_happened(session)
        return mark
    mark.until_at = max(act.now, mark.from_at)
    session.flush()
    audit.note(session, "U", "contact_mark", [mark.id], [patient], {"kind": mark.kind, "lifted": True})
    ring_after_commit(session, "plan")
    return mark
