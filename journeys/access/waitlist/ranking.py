"""Who would be asked for a stretch of time that came free, in which order: one SELECT over all who wait.

The order: clinical priority; then whole weeks waited; within one week whoever was asked less often; then what leaves
least of the time unused, then who waits for this very practitioner; then who waits longer. Nothing else counts: neither
age, sex, language, payer, place of living nor the risk of a missed visit.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from journeys.access.waitlist.plans import planned
from journeys.foundation.zones import minutes
from journeys.store.access import AHEAD, TAKES_PLACE, Appointment
from journeys.store.people import Patient
from journeys.store.scheduling import AppointmentType, Schedule, ScheduleType
from journeys.store.waitlist import (
    OFFERED,
    PRIORITIES,
    WAITING,
    BackfillPlan,
    WaitlistBranch,
    WaitlistEntry,
    WaitlistOffer,
)

A_WEEK = 7 * 24 * 3600
SHORTEST = 5
"""Minutes that somebody has for an answer, at least."""


@dataclass(frozen=True)
class Stretch:
    """A time that came free: of which backfill and schedule, from when until when."""

    backfill_id: int
    schedule: Schedule
    start_at: dt.datetime
    end_at: dt.datetime

    @property
    def begins(self) -> dt.datetime:
        """When it begins, on the wall clock of the schedule."""
        return self.start_at.astimezone(zoneinfo.ZoneInfo(self.schedule.zone)).replace(tzinfo=None)


def ranking(stretch: Stretch, now: dt.datetime) -> Select[int, int, int]:
    """SELECT entry_id, patient_id, type_id of whoever may be asked now, the first first."""
    return (
        select(
            WaitlistEntry.id.label("entry_id"),
            WaitlistEntry.patient_id,
            WaitlistEntry.type_id,
        )
        .join(AppointmentType, AppointmentType.id == WaitlistEntry.type_id)
        .join(
            ScheduleType,
            and_(ScheduleType.type_id == WaitlistEntry.type_id, ScheduleType.schedule_id == stretch.schedule.id),
        )
        .join(WaitlistBranch, WaitlistBranch.entry_id == WaitlistEntry.id)
        .join(Patient, Patient.id == WaitlistEntry.patient_id)
        .outerjoin(BackfillPlan, BackfillPlan.type_id == WaitlistEntry.type_id)
        .where(
            WaitlistEntry.status == WAITING,
            WaitlistBranch.location_id == stretch.schedule.location_id,
            is_a_patient(),
            is_offered(stretch, now),
            suits(stretch),
            may_be_asked(stretch, now),
            is_earlier(stretch),
            ~is_elsewhere(stretch),
        )
        .order_by(*order_of(now))
    )


def order_of(now: dt.datetime) -> list[Any]:
    """SQL: by what the first is chosen."""
    urgency = case({name: place for place, name in enumerate(PRIORITIES)}, value=WaitlistEntry.priority)
    weeks = func.floor(func.extract("epoch", literal(now) - WaitlistEntry.since) / A_WEEK)
    wants_this_one = WaitlistEntry.practitioner_id.is_(None)  # false goes first
    return [
        urgency,
        weeks.desc(),
        WaitlistEntry.asked,
        AppointmentType.minutes.desc(),
        wants_this_one,
        WaitlistEntry.since,
        WaitlistEntry.id,
    ]


def is_a_patient() -> ColumnElement[bool]:
    """SQL: whether they can come at all."""
    return and_(Patient.active, ~Patient.deceased, Patient.merged_into_id.is_(None))


def is_offered(stretch: Stretch, now: dt.datetime) -> ColumnElement[bool]:
    """SQL: whether times of the type are offered, this one is long enough, not too soon and not too far ahead."""
    ahead = (stretch.start_at - now).total_seconds()
    room = (stretch.end_at - stretch.start_at).total_seconds()
    soonest = func.greatest(planned("until_minutes") + SHORTEST, AppointmentType.lead_minutes)
    return and_(
        planned("is_on"),
        AppointmentType.active,
        AppointmentType.minutes * 60 <= room,
        soonest * 60 <= ahead,
        planned("days_ahead") * 86_400 >= ahead,
    )


def suits(stretch: Stretch) -> ColumnElement[bool]:
    """SQL: whether practitioner, day, weekday and time of day are what they asked for."""
    begins = stretch.begins
    day, hour = begins.date(), begins.time()
    return and_(
        or_(
            WaitlistEntry.practitioner_id.is_(None),
            WaitlistEntry.practitioner_id == stretch.schedule.practitioner_id,
        ),
        or_(WaitlistEntry.from_on.is_(None), WaitlistEntry.from_on <= day),
        or_(WaitlistEntry.until_on.is_(None), WaitlistEntry.until_on >= day),
        WaitlistEntry.weekdays.op("&")(1 << day.weekday()) != 0,
        or_(WaitlistEntry.from_time.is_(None), WaitlistEntry.from_time <= hour),
        or_(WaitlistEntry.until_time.is_(None), WaitlistEntry.until_time > hour),
    )


def may_be_asked(stretch: Stretch, now: dt.datetime) -> ColumnElement[bool]:
    """SQL: whether they were not asked for this time, are not being asked now, and were not asked too often."""
    rested = literal(now) - minutes(planned("rest_hours") * 60)
    was_asked = or_(WaitlistOffer.backfill_id == stretch.backfill_id, WaitlistOffer.status == OFFERED)
    return and_(
        or_(WaitlistEntry.last_asked_at.is_(None), WaitlistEntry.last_asked_at <= rested),
        WaitlistEntry.asked < planned("most_offers"),
        WaitlistEntry.refused < planned("most_refusals"),
        ~exists(
            select(WaitlistOffer.id).where(WaitlistOffer.patient_id == WaitlistEntry.patient_id, was_asked)
        ).correlate(WaitlistEntry),
    )


def is_earlier(stretch: Stretch) -> ColumnElement[bool]:
    """SQL: whether it is earlier than the visit that they have, where they wait for an earlier one."""
    visit = aliased(Appointment)
    held = select(visit.id).where(
        visit.id == WaitlistEntry.appointment_id, visit.status.in_(AHEAD), visit.start_at > stretch.start_at
    )
    return or_(WaitlistEntry.appointment_id.is_(None), held.correlate(WaitlistEntry).exists())


def is_elsewhere(stretch: Stretch) -> ColumnElement[bool]:
    """SQL: whether they have another visit at that time."""
    visit = aliased(Appointment)
    other = select(visit.id).where(
        visit.patient_id == WaitlistEntry.patient_id,
        visit.id.is_distinct_from(WaitlistEntry.appointment_id),
        visit.status.in_(TAKES_PLACE),
        visit.start_at < stretch.end_at,
        visit.start_at > stretch.start_at - dt.timedelta(days=1),
        visit.end_at > stretch.start_at,
    )
    return other.correlate(WaitlistEntry).exists()
