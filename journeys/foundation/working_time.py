"""Working time: how long a place was open between two moments, and when so much of it will have passed.

The open stretches of a calendar are written out as instants (`calendar_stretch`), each with the working time that lies
before it, so that SQL answers both with one look-up of an index. A stretch opens when the clocks of the place first
show its beginning on that day, and closes when they first show its end: one from 01:30 to 02:30 lasts two hours in the
night in which an hour comes twice, and one that lies in an hour that is left out does not open at all. Stretches hold
their beginning and not their end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    DateTime,
    ForeignKey,
    Index,
    Interval,
    PrimaryKeyConstraint,
    ScalarSelect,
    case,
    cast,
    delete,
    func,
    literal,
    literal_column,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from journeys.foundation.tables import Base
from journeys.foundation.zones import instant_in_python

MIDNIGHT = "24:00"
"""How a stretch says that it goes on until the day ends."""

SECOND: ColumnElement[dt.timedelta] = literal(dt.timedelta(seconds=1), Interval)


class CalendarStretch(Base):
    """A time in which a calendar is open; `seconds_before` is the working time from the first stretch up to it."""

    __tablename__ = "calendar_stretch"
    __table_args__ = (
        PrimaryKeyConstraint("calendar_id", "opens_at"),
        CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
        CheckConstraint("seconds_before >= 0", name="never_negative"),
        Index("ix_calendar_stretch_seconds", "calendar_id", "seconds_before"),
    )

    calendar_id: Mapped[int] = mapped_column(ForeignKey("business_calendar.id", ondelete="CASCADE"))
    opens_at: Mapped[dt.datetime]
    closes_at: Mapped[dt.datetime]
    seconds_before: Mapped[int] = mapped_column(BigInteger)


STRETCHES = CalendarStretch.__table__


def stretches_of(
    zone: str, days: Iterable[tuple[dt.date, Sequence[Sequence[str]]]], before: int = 0
) -> Iterator[Mapping[str, dt.datetime | int]]:
    """The rows of a calendar: its days in order, each with its open stretches as wall times, after so many seconds of
    working time. What touches is one."""
    for opens, closes in joined(instants_of(zone, days)):
        yield {"opens_at": opens, "closes_at": closes, "seconds_before": before}
        before += int((closes - opens).total_seconds())


def cut_short(session: Session, calendar_id: int, moment: dt.datetime) -> int:
    """Take out what is written from a moment on, and close then what is open; the working time before it."""
    mine = CalendarStretch.calendar_id == calendar_id
    session.execute(delete(CalendarStretch).where(mine, CalendarStretch.opens_at >= moment))
    session.execute(update(CalendarStretch).where(mine, CalendarStretch.closes_at > moment).values(closes_at=moment))
    return session.scalar(select(worked_seconds(calendar_id, moment))) or 0


def instants_of(
    zone: str, days: Iterable[tuple[dt.date, Sequence[Sequence[str]]]]
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """When each stretch opens and closes; those of no length are left out."""
    for day, stretches in days:
        for begins, ends in stretches:
            opens = instant_in_python(zone, wall_of(day, begins))
            closes = instant_in_python(zone, wall_of(day, ends))
            if opens < closes:
                yield opens, closes


def joined(
    stretches: Iterator[tuple[dt.datetime, dt.datetime]],
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The same, those that touch or overlap as one: in a repeated hour one may open before the last has closed."""
    last: tuple[dt.datetime, dt.datetime] | None = None
    for opens, closes in stretches:
        if last is not None and opens <= last[1]:
            last = (last[0], max(last[1], closes))
            continue
        if last is not None:
            yield last
        last = (opens, closes)
    if last is not None:
        yield last


def wall_of(day: dt.date, clock: str) -> dt.datetime:
    """The wall time of a day; `24:00` is midnight of the next."""
    if clock == MIDNIGHT:
        return dt.datetime.combine(day + dt.timedelta(days=1), dt.time())
    return dt.datetime.combine(day, dt.time.fromisoformat(clock))


def worked_seconds(calendar: Any, instant: Any) -> ColumnElement[int]:
    """SQL: the seconds that a calendar was open from its first stretch until `instant`; 0 before it."""
    open_for = func.least(instant, STRETCHES.c.closes_at) - STRETCHES.c.opens_at
    seconds = STRETCHES.c.seconds_before + cast(func.extract("epoch", open_for), BigInteger)
    latest = (
        select(seconds)
        .where(STRETCHES.c.calendar_id == calendar, STRETCHES.c.opens_at <= instant)
        .order_by(STRETCHES.c.opens_at.desc())
        .limit(literal_column("1"))
        .correlate_except(STRETCHES)
        .scalar_subquery()
    )
    return func.coalesce(latest, 0)


def working_seconds(calendar: Any, since: Any, until: Any) -> ColumnElement[int | None]:
    """SQL: how long a calendar was open from `since` until `until`, whole seconds; NULL where `until` comes first."""
    return case((until >= since, worked_seconds(calendar, until) - worked_seconds(calendar, since)))


def after_working_seconds(calendar: Any, since: Any, seconds: Any) -> ColumnElement[Any]:
    """SQL: the first instant by which the calendar has been open for so many seconds since `since`.

    Time that is over as the place closes is over then, not when it opens again. NULL beyond what is written out.
    """
    wanted = worked_seconds(calendar, since) + seconds
    moment = type_coerce(STRETCHES.c.opens_at + (wanted - STRETCHES.c.seconds_before) * SECOND, DateTime(timezone=True))
    enough = case((moment <= STRETCHES.c.closes_at, moment))
    found: ScalarSelect[Any] = (
        select(enough)
        .where(STRETCHES.c.calendar_id == calendar, STRETCHES.c.seconds_before < wanted)
        .order_by(STRETCHES.c.seconds_before.desc())
        .limit(literal_column("1"))
        .correlate_except(STRETCHES)
        .scalar_subquery()
    )
    return case((seconds <= 0, cast(since, DateTime(timezone=True))), else_=found)
