"""Takes a time: locks every slot that it needs, of whatever schedule, and says whether they are free."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from journeys.access.schedules.finding import refuse_others
from journeys.access.schedules.free import is_free_now
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Missing, Problem
from journeys.foundation.words import N_
from journeys.store.scheduling import AppointmentType, Schedule, ScheduleType, Slot

TAKEN = N_("Somebody else has just taken this time. Choose another one.")
TOO_SHORT = N_("There is not enough time for this type of appointment. Choose another one.")
NOT_TWICE = "23P01"
"""PostgreSQL's code of an exclusion."""


@dataclass(frozen=True)
class Place:
    """A time that is free and held by this transaction: with which schedule, from when until when, and every slot that
    it lies on, also those of other schedules of the same practitioner or resource."""

    schedule: Schedule
    kind: AppointmentType
    start_at: dt.datetime
    end_at: dt.datetime
    slots: Sequence[Slot]


@dataclass(frozen=True)
class Asked:
    """Which time: from a slot on, for a type. `hold` opens slots that are held, `but` those of this appointment (its
    id). `for_patients` asks whether a patient may book it without staff."""

    slot: uuid.UUID
    type: str
    hold: uuid.UUID | None = None
    but: int | None = None
    for_patients: bool = False


def take(session: Session, act: Act, asked: Asked) -> Place:
    """The time, its slots locked until the transaction ends. Invalid where it is over, taken or too short, Missing
    without the slot or the type, Forbidden in a branch of others."""
    first = session.scalar(select(Slot).where(Slot.uid == asked.slot))
    if first is None:
        raise Missing(N_("There is no such time here"))
    schedule = session.get_one(Schedule, first.schedule_id)
    refuse_others(act, schedule.location_id)
    kind = offered(session, schedule, asked)
    lead = dt.timedelta(minutes=kind.lead_minutes if asked.for_patients else 0)
    if first.start_at <= act.now + lead or not schedule.active:
        raise Invalid([Problem("slot", N_("This time can no longer be booked. Choose another one."))])
    end_at = first.start_at + dt.timedelta(minutes=kind.minutes)
    rows = locked(session, schedule, first.start_at, end_at)
    mine = [row for row in rows if row.schedule_id == schedule.id]
    if not all(is_open(row, act, asked) for row in rows if row in mine or row.block_id is None):
        raise Invalid([Problem("slot", TAKEN)])
    if sum((min(row.end_at, end_at) - row.start_at for row in mine), dt.timedelta()) < end_at - first.start_at:
        raise Invalid([Problem("slot", TOO_SHORT)])
    return Place(schedule, kind, first.start_at, end_at, rows)


def offered(session: Session, schedule: Schedule, asked: Asked) -> AppointmentType:
    """The type, which the schedule offers and whoever asks may book; Missing otherwise."""
    kind = session.scalar(
        select(AppointmentType)
        .join(ScheduleType, ScheduleType.type_id == AppointmentType.id)
        .where(ScheduleType.schedule_id == schedule.id, AppointmentType.slug == asked.type, AppointmentType.active)
    )
    if kind is None or (asked.for_patients and not kind.patients_may_book):
        raise Missing(N_("There is no such type of appointment"))
    return kind


def locked(session: Session, schedule: Schedule, start_at: dt.datetime, end_at: dt.datetime) -> Sequence[Slot]:
    """Every slot in this time of whoever the schedule books, locked; in one order, so that no two wait for each
    other."""
    same = select(Schedule.id).where(is_of_the_same(schedule))
    inside = (Slot.schedule_id.in_(same), Slot.start_at < end_at, Slot.end_at > start_at)
    early = Slot.start_at > start_at - dt.timedelta(days=1)
    chosen = select(Slot).where(*inside, early).order_by(Slot.id).with_for_update()
    return session.scalars(chosen.execution_options(populate_existing=True)).all()


def is_of_the_same(schedule: Schedule) -> ColumnElement[bool]:
    """SQL: a schedule of the same practitioner or resource."""
    given = (("practitioner_id", schedule.practitioner_id), ("resource_id", schedule.resource_id))
    return or_(*(getattr(Schedule, name) == value for name, value in given if value is not None))


def is_open(slot: Slot, act: Act, asked: Asked) -> bool:
    """Whether whoever asks may have the slot."""
    if slot.block_id is not None:
        return False
    if slot.appointment_id is not None:
        return slot.appointment_id == asked.but
    return is_free_now(slot, act.now) or slot.hold == asked.hold


@contextmanager
def never_twice(session: Session) -> Iterator[None]:
    """Say Invalid where the database refuses what is written within, because somebody has the time."""
    try:
        with session.begin_nested():
            yield
            session.flush()
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) != NOT_TWICE:
            raise
        raise Invalid([Problem("slot", TAKEN)]) from None
