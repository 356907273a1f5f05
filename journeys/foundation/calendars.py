"""Business calendars: when a branch is open, and what "in five working days" means there.

A calendar is weekly hours, a zone and closed days. Its days are written out into `calendar_day` with a running number
of working days, so that SQL adds working days with one join: the day whose number is `today's + n`; its open stretches
into `calendar_stretch` (see `working_time`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    cast,
    delete,
    func,
    insert,
    select,
    type_coerce,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from journeys.foundation.tables import Base, Identified, Texts
from journeys.foundation.working_time import MIDNIGHT, CalendarStretch, cut_short, stretches_of
from journeys.foundation.zones import ensure_zones, instant_in_python, instant_of, wall_time

Hours = Mapping[str, Sequence[Sequence[str]]]
"""ISO weekday ("1" is Monday) → open stretches in order: `{"1": [["08:00", "12:00"], ["13:00", "24:00"]]}`."""

OpenDay = tuple[dt.date, Sequence[Sequence[str]]]
"""A day and the stretches in which it is open, as wall times."""

DAYS = 366 * 5

BEFORE = dt.timedelta(days=366)
"""How far back a new calendar is written out: what has waited since then can be counted."""


class BusinessCalendar(Identified, Base):
    """When a branch or a queue works. `version` counts how often its hours were written: what was worked out before
    keeps its moments."""

    __tablename__ = "business_calendar"

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Texts]
    zone: Mapped[str]
    hours: Mapped[dict[str, Any]]
    closed_days: Mapped[list[str]]
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class CalendarDay(Base):
    """One day of a calendar; `working_day` counts working days up to and including it."""

    __tablename__ = "calendar_day"
    __table_args__ = (
        PrimaryKeyConstraint("calendar_id", "day"),
        Index("ix_calendar_day_working_day", "calendar_id", "working_day"),
    )

    calendar_id: Mapped[int] = mapped_column(ForeignKey("business_calendar.id", ondelete="CASCADE"))
    day: Mapped[dt.date]
    is_open: Mapped[bool]
    working_day: Mapped[int]
    opens: Mapped[dt.time | None]
    closes: Mapped[dt.time | None]


def open_days(hours: Hours, closed: Collection[str], start: dt.date) -> Iterator[OpenDay]:
    """The days of a calendar from `start` for five years, each with its open stretches."""
    for number in range(DAYS):
        day = start + dt.timedelta(days=number)
        yield day, [] if day.isoformat() in closed else hours.get(str(day.isoweekday()), [])


def days_of(hours: Hours, closed: Collection[str], start: dt.date, before: int = 0) -> Iterator[dict[str, Any]]:
    """The rows of these days, with so many working days before them."""
    working_day = before
    for day, stretches in open_days(hours, closed, start):
        working_day += 1 if stretches else 0
        yield {
            "day": day,
            "is_open": bool(stretches),
            "working_day": working_day,
            "opens": dt.time.fromisoformat(stretches[0][0]) if stretches else None,
            "closes": closing(stretches[-1][1]) if stretches else None,
        }


def closing(clock: str) -> dt.time:
    """The wall time at which a day closes; one that goes on until midnight closes with its last moment."""
    return dt.time.max if clock == MIDNIGHT else dt.time.fromisoformat(clock)


def write_out(session: Session, calendar: BusinessCalendar, start: dt.date) -> None:
    """Write the days of a calendar and its open stretches from `start` on; a new one usually from a year back.

    What was written for the days before stays as it was, and the numbers go on from there: that hours change rewrites
    no past.
    """
    ensure_zones(session, [calendar.zone])
    closed = set(calendar.closed_days)
    before = days_before(session, calendar.id, start)
    write(session, calendar.id, CalendarDay, days_of(calendar.hours, closed, start, before))
    midnight = instant_in_python(calendar.zone, dt.datetime.combine(start, dt.time()))
    seconds = cut_short(session, calendar.id, midnight)
    stretches = stretches_of(calendar.zone, open_days(calendar.hours, closed, start), seconds)
    write(session, calendar.id, CalendarStretch, stretches)


def days_before(session: Session, calendar_id: int, start: dt.date) -> int:
    """How many working days are written for the days before `start`; those from it on are taken out."""
    mine = CalendarDay.calendar_id == calendar_id
    session.execute(delete(CalendarDay).where(mine, CalendarDay.day >= start))
    return session.scalar(select(func.max(CalendarDay.working_day)).where(mine)) or 0


def write(
    session: Session,
    calendar_id: int,
    table: type[CalendarDay] | type[CalendarStretch],
    rows: Iterable[Mapping[str, Any]],
) -> None:
    """Add rows of a calendar."""
    written = [{"calendar_id": calendar_id, **row} for row in rows]
    # with nulls written out all rows are one batch; without, each stretch of open or closed days would be one
    if written:
        session.execute(insert(table).execution_options(render_nulls=True), written)


def after_working_days(
    calendar: Any, zone: Any, instant: Any, days: Any, at: Literal["opens", "closes"] = "closes"
) -> ColumnElement[Any]:
    """SQL: when the working day opens or closes that is `days` working days after `instant`, as an instant.

    `calendar` and `zone` are a calendar's id and zone, as columns or values; NULL beyond the days that are written out.
    """
    today = (
        select(CalendarDay.working_day)
        .where(CalendarDay.calendar_id == calendar, CalendarDay.day == cast(wall_time(zone, instant), Date))
        .correlate_except(CalendarDay)
        .scalar_subquery()
    )
    target = CalendarDay.__table__.alias("target_day")
    moment = (
        select(func.min(target.c.day + target.c[at]))
        .where(target.c.calendar_id == calendar, target.c.is_open, target.c.working_day == today + days)
        .correlate_except(target)
        .scalar_subquery()
    )
    return type_coerce(instant_of(zone, moment), DateTime(timezone=True))
