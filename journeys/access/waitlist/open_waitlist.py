"""Who waits, those who wait longest first within their urgency; and the times that the front desk should fill."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, true
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.organisation import Location, Practitioner
from journeys.store.people import Patient
from journeys.store.scheduling import AppointmentType, Schedule
from journeys.store.waitlist import (
    DESK,
    FILLED,
    OPEN,
    PRIORITIES,
    UNSENT,
    WAITING,
    Backfill,
    WaitlistBranch,
    WaitlistEntry,
    WaitlistOffer,
)

MOST = 500
LOOKED_BACK = dt.timedelta(days=30)


@dataclass(frozen=True)
class Freed:
    """A time that came free: with which schedule, whether somebody is being asked, and who could not be written to (in
    the order in which they would have been asked)."""

    backfill: Backfill
    schedule: Schedule
    to_call: Sequence[Patient] = field(default=(), repr=False)


@dataclass(frozen=True)
class Recovered:
    """What became of the times that came free in the last days: how many, how many were filled by offers, how many
    minutes that are, their money by currency, and the median minutes until somebody had one."""

    freed: int
    filled: int
    minutes: int
    money: dict[str, Decimal]
    until_filled: int | None


@dataclass(frozen=True)
class Waitlist:
    """All of the page."""

    entries: Sequence[tuple[WaitlistEntry, Patient, AppointmentType, Practitioner | None]]
    branches: dict[int, list[str]]
    freed: Sequence[Freed]
    recovered: Recovered


def open_waitlist(session: Session, act: Act) -> Waitlist:
    """The waitlist of the branches of the act; a line in the audit names whom it shows."""
    urgency = case({name: place for place, name in enumerate(PRIORITIES)}, value=WaitlistEntry.priority)
    rows = session.execute(
        select(WaitlistEntry, Patient, AppointmentType, Practitioner)
        .join(Patient, Patient.id == WaitlistEntry.patient_id)
        .join(AppointmentType, AppointmentType.id == WaitlistEntry.type_id)
        .outerjoin(Practitioner, Practitioner.id == WaitlistEntry.practitioner_id)
        .where(WaitlistEntry.status == WAITING)
        .order_by(urgency, WaitlistEntry.since, WaitlistEntry.id)
        .limit(MOST)
    ).all()
    entries: list[Any] = [tuple(row) for row in rows]
    freed = freed_times(session, act)
    called = [patient.id for each in freed for patient in each.to_call]
    patients = sorted({*(patient.id for _, patient, _, _ in entries), *called})
    audit.note(session, "R", str(WaitlistEntry.__tablename__), [row[0].id for row in entries], patients)
    return Waitlist(entries, branches_of(session, [row[0].id for row in entries]), freed, recovered(session, act))


def branches_of(session: Session, entries: Sequence[int]) -> dict[int, list[str]]:
    """Entry → the names of the branches to which they would come."""
    found: dict[int, list[str]] = {}
    named = (
        select(WaitlistBranch.entry_id, Location.name)
        .join(Location, Location.id == WaitlistBranch.location_id)
        .where(WaitlistBranch.entry_id.in_(entries))
        .order_by(Location.name, Location.id)
    )
    for entry, name in session.execute(named):
        found.setdefault(entry, []).append(name)
    return found


def is_here(act: Act) -> ColumnElement[bool]:
    """SQL: whether a schedule is of a branch of the act."""
    return true() if act.scope.locations is None else Schedule.location_id.in_(act.scope.locations)


def freed_times(session: Session, act: Act) -> list[Freed]:
    """Those that lie ahead and have nobody yet, the soonest first."""
    rows = session.execute(
        select(Backfill, Schedule)
        .join(Schedule, Schedule.id == Backfill.schedule_id)
        .where(Backfill.status.in_((OPEN, DESK)), Backfill.start_at > act.now, is_here(act))
        .order_by(Backfill.start_at, Backfill.id)
        .limit(MOST)
    ).all()
    calls: dict[int, list[Patient]] = {}
    unsent = (
        select(WaitlistOffer.backfill_id, Patient)
        .join(Patient, Patient.id == WaitlistOffer.patient_id)
        .where(WaitlistOffer.backfill_id.in_([row[0].id for row in rows]), WaitlistOffer.status == UNSENT)
        .order_by(WaitlistOffer.id)
    )
    for backfill_id, patient in session.execute(unsent):
        calls.setdefault(backfill_id, []).append(patient)
    return [Freed(backfill, schedule, calls.get(backfill.id, [])) for backfill, schedule in rows]


def recovered(session: Session, act: Act) -> Recovered:
    """The figures of the last thirty days."""
    recent = (Backfill.freed_at > act.now - LOOKED_BACK, is_here(act))
    is_filled = Backfill.status == FILLED
    lasted = func.extract("epoch", Backfill.ended_at - Backfill.freed_at) / 60
    row = session.execute(
        select(
            func.count(),
            func.count().filter(is_filled),
            func.coalesce(func.sum(Backfill.minutes), 0),
            func.percentile_cont(0.5).within_group(lasted).filter(is_filled),
        )
        .join(Schedule, Schedule.id == Backfill.schedule_id)
        .where(*recent)
    ).one()
    money = (
        select(Backfill.currency, func.sum(Backfill.price))
        .join(Schedule, Schedule.id == Backfill.schedule_id)
        .where(*recent, is_filled, Backfill.currency.is_not(None))
        .group_by(Backfill.currency)
        .order_by(Backfill.currency)
    )
    sums = {currency: total for currency, total in session.execute(money) if currency and total is not None}
    until = None if row[3] is None else round(row[3])
    return Recovered(row[0], row[1], int(row[2]), sums, until)
