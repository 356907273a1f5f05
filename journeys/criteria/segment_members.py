"""Who is in a segment, newest first, or who was and is no longer, a page at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from journeys.criteria.open_members import fields_of_members
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.configuration import Definition
from journeys.store.enrolments import SegmentMember
from journeys.store.lists.keyset import BEGINNING, Order, Place, stretch
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import SEGMENT, find


@dataclass(frozen=True)
class Stay:
    """One patient's last stay in a segment; `left_at` is None while it lasts."""

    patient: Patient
    entered_at: dt.datetime
    left_at: dt.datetime | None


@dataclass(frozen=True)
class StayPage:
    """One page of stays in a segment, and whether there are others before and after it."""

    segment: Definition
    stays: list[Stay]
    has_previous: bool
    has_next: bool
    is_lost: bool


def segment_members(
    session: Session,
    act: Act,
    slug: str,
    has_left: bool = False,
    place: Place = BEGINNING,
    size: int = 25,
    roles: Collection[str] = (),
) -> StayPage:
    """The page that begins at `place`, in the act's scope; Missing without such a segment. The audit keeps the ids.

    Forbidden when membership rests on a custom field that these roles may not see.
    """
    segment = find(session, SEGMENT, slug)
    fields = fields_of_members(session, act, segment, roles, has_left)
    moment = SegmentMember.left_at if has_left else SegmentMember.entered_at
    query = last_stays(segment.id) if has_left else open_stays(segment.id)
    page = stretch(session, query, Order(SegmentMember.patient_id, moment, is_descending=True), place, size)
    stays = [Stay(patient, entered_at, left_at) for patient, entered_at, left_at in page.rows]
    ids = [stay.patient.id for stay in stays]
    audit.note(session, "R", "segment.members", [segment.id], ids, {"fields": fields})
    return StayPage(segment, stays, page.has_previous, page.has_next, page.is_lost)


def open_stays(segment_id: int) -> Select:
    """Those who are in it."""
    return stays(segment_id).where(SegmentMember.left_at.is_(None))


def last_stays(segment_id: int) -> Select:
    """Those who are in it no longer, each with the last time they were."""
    later = aliased(SegmentMember)
    came_again = exists().where(
        later.segment_id == SegmentMember.segment_id,
        later.patient_id == SegmentMember.patient_id,
        later.entered_at > SegmentMember.entered_at,
    )
    return stays(segment_id).where(SegmentMember.left_at.is_not(None), ~came_again)


def stays(segment_id: int) -> Select:
    """Every stay in a segment."""
    return (
        select(Patient, SegmentMember.entered_at, SegmentMember.left_at)
        .join(SegmentMember, SegmentMember.patient_id == Patient.id)
        .where(SegmentMember.segment_id == segment_id)
    )
