"""Finds free times for a type of appointment."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from journeys.access.schedules.free import is_free
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.foundation.later import as_sql
from journeys.foundation.words import N_
from journeys.foundation.zones import minutes
from journeys.store.scheduling import AppointmentType, Schedule, ScheduleType, Slot

FARTHEST = dt.timedelta(days=93)
MOST = 200


@dataclass(frozen=True)
class Wanted:
    """What is looked for: a type (its slug), where, with which schedules (their uids; none is any), and when.

    `for_patients` leaves out what patients may not book by themselves, or no longer.
    """

    type: str
    from_at: dt.datetime
    until: dt.datetime
    locations: Collection[int] | None = None
    schedules: Collection[uuid.UUID] = ()
    for_patients: bool = False
    most: int = 50


@dataclass(frozen=True)
class FreeTime:
    """A time that can be booked by its first slot."""

    slot: uuid.UUID
    start_at: dt.datetime
    end_at: dt.datetime
    schedule: Schedule


def find_slots(session: Session, act: Act, wanted: Wanted) -> list[FreeTime]:
    """The first free times, the earliest first; two statements however many there are. Missing without the type."""
    kind = session.scalar(select(AppointmentType).where(AppointmentType.slug == wanted.type, AppointmentType.active))
    if kind is None:
        raise Missing(N_("There is no such type of appointment"))
    audit.nothing_happened(session)
    if wanted.for_patients and not kind.patients_may_book:
        return []
    length = dt.timedelta(minutes=kind.minutes)
    rows = session.execute(statement_of(act, wanted, kind)).all()
    return [FreeTime(uid, start, start + length, schedule) for uid, start, schedule in rows]


def statement_of(act: Act, wanted: Wanted, kind: AppointmentType) -> Select[uuid.UUID, dt.datetime, Schedule]:
    """The SELECT of what is free and long enough."""
    lead = dt.timedelta(minutes=kind.lead_minutes if wanted.for_patients else 0)
    first = max(act.now + lead, wanted.from_at)
    last = min(wanted.until, first + FARTHEST)
    found = (
        select(Slot.uid, Slot.start_at, Schedule)
        .join(Schedule, Schedule.id == Slot.schedule_id)
        .join(ScheduleType, and_(ScheduleType.schedule_id == Schedule.id, ScheduleType.type_id == kind.id))
        .where(Schedule.active, Slot.start_at > first, Slot.start_at < last, is_free(Slot, as_sql(act.now)))
        .where(or_(Schedule.slot_minutes >= kind.minutes, is_long_enough(act, kind.minutes)))
    )
    for locations in (wanted.locations, act.scope.locations):
        if locations is not None:
            found = found.where(Schedule.location_id.in_(locations))
    if wanted.schedules:
        found = found.where(Schedule.uid.in_(wanted.schedules))
    return found.order_by(Slot.start_at, Slot.id).limit(min(wanted.most, MOST))


def is_long_enough(act: Act, needed: int) -> ColumnElement[bool]:
    """SQL: whether free slots follow each other from this one on without a hole, so many minutes long."""
    following = aliased(Slot)
    until = Slot.start_at + minutes(needed)
    free = (
        select(func.sum(func.least(following.end_at, until) - following.start_at))
        .where(
            following.schedule_id == Slot.schedule_id,
            following.start_at >= Slot.start_at,
            following.start_at < until,
            is_free(following, as_sql(act.now)),
        )
        .correlate(Slot)
        .scalar_subquery()
    )
    return free >= minutes(needed)
