"""The patient's wall clock, out of the facts of a candidate row alone.

The facts carry the zone's offset now, the ones before and after it, and when it changes: enough for the week around
now, and kept with the row, so that a decision replays to the same instants after the world has changed its zones. Gaps
and folds are answered as in foundation.zones.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Integer, Interval, and_, case, cast, func, type_coerce

from journeys.contact.deciding.columns import Facts
from journeys.foundation.zones import NONE, minutes

ZONE_FACTS = ("local_now", "offset_minutes", "offset_from", "offset_until", "offset_before", "offset_after")
"""What a rule that reckons with the patient's clock names in `needs`."""

CLOCKS = ("local_now", "local_earliest", "local_latest")
"""The clocks that may be the patient's. Who asks whether it is night asks it of each, and goes by the worst answer, so
that what is sent is sent in hours that all of them allow."""

WALL = DateTime(timezone=False)
INSTANT = DateTime(timezone=True)


def days(number: Any) -> ColumnElement[dt.timedelta]:
    """SQL: whole days of a wall clock as an interval."""
    return func.make_interval(NONE, NONE, NONE, cast(number, Integer), type_=Interval)


def while_useful(facts: Facts, moment: ColumnElement[Any]) -> ColumnElement[Any]:
    """SQL: a moment to look again at, or the end of the message's use when that comes first: what is put off may still
    go before that."""
    ends_before = and_(facts.useful_until > facts.now, facts.useful_until < moment)
    return case((ends_before, facts.useful_until), else_=moment)


def in_utc(wall: ColumnElement[Any]) -> ColumnElement[Any]:
    """SQL: a wall time of UTC as an instant."""
    return type_coerce(func.timezone("UTC", cast(wall, WALL)), INSTANT)


def wall_time(instant: ColumnElement[Any], offset_minutes: ColumnElement[Any]) -> ColumnElement[Any]:
    """SQL: the wall time at an instant under an offset."""
    return type_coerce(func.timezone("UTC", instant) + minutes(offset_minutes), WALL)


def instant_of(facts: Facts, wall: ColumnElement[Any]) -> ColumnElement[Any]:
    """SQL: the instant of a wall time near now; a time that the clocks jump over is the end of the jump."""
    begins = wall_time(facts.offset_from, facts.offset_before)
    ends = wall_time(facts.offset_until, facts.offset_minutes)
    return type_coerce(
        case(
            (wall < begins, in_utc(wall - minutes(facts.offset_before))),
            (wall < ends, func.greatest(in_utc(wall - minutes(facts.offset_minutes)), facts.offset_from)),
            else_=func.greatest(in_utc(wall - minutes(facts.offset_after)), facts.offset_until),
        ),
        INSTANT,
    )


def midnight(facts: Facts, days_from_today: int = 0) -> ColumnElement[Any]:
    """SQL: the wall time at which the patient's day began, or one some days before or after it."""
    return day_of(facts.local_now, days_from_today)


def day_of(clock: ColumnElement[Any], days_from_today: int = 0) -> ColumnElement[Any]:
    """SQL: the wall time at which the day of a clock began, or one some days before or after it."""
    return type_coerce(func.date_trunc("day", clock) + days(days_from_today), WALL)


def minute_of_day(clock: ColumnElement[Any]) -> ColumnElement[Any]:
    """SQL: minutes since midnight on a clock."""
    return func.extract("hour", clock) * 60 + func.extract("minute", clock)


def clocks_of(facts: Facts) -> list[ColumnElement[Any]]:
    """SQL: the clocks that may be the patient's; those that are not in question are null."""
    return [getattr(facts, name) for name in CLOCKS]


def instant_on(facts: Facts, clock: ColumnElement[Any], wall: ColumnElement[Any]) -> ColumnElement[Any]:
    """SQL: the instant at which one of these clocks shows a wall time near now, as far apart from the patient's as it
    is now."""
    return instant_of(facts, type_coerce(wall - (clock - facts.local_now), WALL))
