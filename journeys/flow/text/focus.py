"""The record an enrolment may be about, and its dates: waits count from them, messages merge them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Date, DateTime, and_, case, cast, extract, func, literal, select, type_coerce

from journeys.flow.text.times import WEEKDAYS, FocusMoment, Hours
from journeys.foundation.tables import Base
from journeys.foundation.zones import instant_of, wall_time
from journeys.store.access import Appointment
from journeys.store.clinical import (
    Condition,
    DiagnosticReport,
    Encounter,
    Immunization,
    MedicationRequest,
    Observation,
    Procedure,
)
from journeys.store.due import DueItem
from journeys.store.plans import CarePlan, CarePlanActivity, Episode, Request, TreatmentCourse
from journeys.store.referrals import Referral
from journeys.store.sources import KeptRecord

TABLES: tuple[type[Base], ...] = (
    Appointment,
    CarePlan,
    CarePlanActivity,
    Condition,
    DiagnosticReport,
    DueItem,
    Encounter,
    Episode,
    Immunization,
    MedicationRequest,
    Observation,
    Procedure,
    Referral,
    Request,
    TreatmentCourse,
)
RECORDS: dict[str, type[Base]] = {
    **{str(table.__tablename__): table for table in TABLES},
    "service_request": KeptRecord,
}
"""Kind of record → its table. The kind is the table's name, as in events; orders stand among what is kept whole."""

DAYS_OF_WEEK = 7


def dates_of(kind: str) -> tuple[str, ...]:
    """The names of the dates and times that a kind of record has."""
    columns = RECORDS[kind].__table__.columns
    return tuple(column.name for column in columns if isinstance(column.type, Date | DateTime))


def may_be_unknown(kind: str | None, name: str) -> bool:
    """Whether a record of a kind can be without a date; also where there is no such kind or date."""
    if kind not in RECORDS or name not in dates_of(kind):
        return True
    return bool(RECORDS[kind].__table__.columns[name].nullable)


def is_day(kind: str, name: str) -> bool:
    """Whether a date of a record is a day without an hour."""
    return isinstance(RECORDS[kind].__table__.columns[name].type, Date)


def moment_of(kind: str, moment: FocusMoment, focus_id: Any, time_zone: Any) -> ColumnElement[Any]:
    """SQL: the instant that a moment of the focus record means in a time zone; NULL while the record has no date."""
    table = RECORDS[kind].__table__
    column = table.c[moment.focus]
    found = select(column).where(table.c.id == focus_id).correlate_except(table).scalar_subquery()
    plus = literal(moment.plus.length()) if moment.plus is not None else None
    if not is_day(kind, moment.focus) and moment.at is None:
        return type_coerce(found if plus is None else found + plus, DateTime(timezone=True))
    wall: Any = cast(found, DateTime(timezone=False)) if is_day(kind, moment.focus) else wall_time(time_zone, found)
    if plus is not None:
        wall = wall + plus
    if moment.at is not None:
        wall = at_hour(wall, moment.at)
    return instant_of(time_zone, wall)


def at_hour(wall: Any, hour: str) -> ColumnElement[Any]:
    """SQL: the same day at a time of day (`10:00`); wall times both."""
    hours, minutes = hour.split(":")
    since_midnight = func.make_interval(0, 0, 0, 0, int(hours), int(minutes))
    return type_coerce(func.date_trunc("day", wall) + since_midnight, DateTime(timezone=False))


def next_hour(time_zone: Any, now: Any, hour: str, weekdays: Sequence[str] = ()) -> ColumnElement[Any]:
    """SQL: the next instant, not before now, at which the clocks of a zone show this hour; on these weekdays only."""
    wall = wall_time(time_zone, now)
    numbers = [number for number, name in enumerate(WEEKDAYS, start=1) if name in weekdays or not weekdays]
    number = extract("isodow", wall)
    today = instant_of(time_zone, at_hour(wall, hour))
    later = instant_of(time_zone, at_hour(wall + func.make_interval(0, 0, 0, days_ahead(number, numbers)), hour))
    found = case((and_(number.in_(numbers), today >= now), today), else_=later)
    # a zone that nothing is known of must not make anybody wait for ever
    return func.coalesce(found, now)


def within_hours(time_zone: Any, now: Any, hours: Hours, weekdays: Sequence[str] = ()) -> ColumnElement[Any]:
    """SQL: now, where the clocks of a zone show a time of this stretch on such a weekday; else when it begins next."""
    wall = wall_time(time_zone, now)
    numbers = [number for number, name in enumerate(WEEKDAYS, start=1) if name in weekdays or not weekdays]
    is_inside = and_(
        extract("isodow", wall).in_(numbers),
        instant_of(time_zone, at_hour(wall, hours.opens)) <= now,
        instant_of(time_zone, at_hour(wall, hours.closes)) > now,
    )
    return case((is_inside, now), else_=next_hour(time_zone, now, hours.opens, weekdays))


def days_ahead(number: ColumnElement[Any], wanted: Sequence[int]) -> ColumnElement[int]:
    """SQL: how many days after a weekday, given as its number, the next of the `wanted` ones comes; 7 for itself."""
    ahead = {
        today: min((each - today - 1) % DAYS_OF_WEEK + 1 for each in wanted) for today in range(1, DAYS_OF_WEEK + 1)
    }
    return case(ahead, value=number, else_=DAYS_OF_WEEK)
