"""Where local days begin, worked out beforehand for every zone and joined to the patients whom a SELECT is about.

Comparing with a joined column costs what comparing with a constant does, and the database knows it. A look-up for each
row it would take for so slow that it chooses other plans to avoid it, and would read no table by several processes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Text,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on

from journeys.criteria.dates import Clock, Day, Edge, Flag, Span, shifted
from journeys.criteria.kinds import DAY
from journeys.foundation.zone_days import days_at, every_zone, place_of_utc, starts_of
from journeys.store.organisation import Location

NAME = "local_day"
HOME = Location.__table__.alias("home")
TYPES = {True: Date(), False: DateTime(timezone=True)}
"""Of days among days, and of days among instants."""


class LocalDays:
    """The columns of the relation that is joined: one for each edge of a day that a rule compares with."""

    def __init__(self) -> None:
        """Without columns yet."""
        self.columns: dict[str, ColumnElement[Any]] = {}
        self.names: dict[Any, str] = {}

    def column(self, key: Any, values: Sequence[Any], kind: Any) -> ColumnElement[Any]:
        """A value of each zone as a column; for zones that nobody knows it is that of UTC."""
        name = self.names.setdefault(key, f"edge_{len(self.names)}")
        if name not in self.columns:
            self.columns[name] = in_array(values, kind)
        # by its name: the relation itself is made when all its columns are known
        return func.coalesce(literal_column(f"{NAME}.{name}", kind), literal(values[place_of_utc()], kind))

    def joined_to(self, member: Any) -> Any:
        """The patients with the relation, or alone when nothing asks for a day."""
        if not self.columns:
            return member
        arrays = func.unnest(in_array(every_zone(), Text()), *self.columns.values())
        each = arrays.table_valued("zone", *self.columns).render_derived(name="each_zone")
        # each zone once: the planner would take it that a patient is joined to several
        days = select(each).ext(distinct_on(each.c.zone)).subquery(NAME)
        zone = func.coalesce(member.c.time_zone, HOME.c.time_zone, "UTC")
        at_home = member.outerjoin(HOME, HOME.c.id == member.c.managing_location_id)
        return at_home.outerjoin(days, days.c.zone == zone)


@dataclass(frozen=True)
class LocalDay(Day):
    """A day that is known for each zone, in the order of `every_zone()`; NULL where it is asked for as one value."""

    days: Sequence[dt.date] = ()
    key: Any = ()

    def plus(self, span: Span, sign: int = 1) -> Day:
        """The day a span later."""
        moves = tuple(sorted((unit, sign * number) for unit, number in span.items() if number))
        if not moves:
            return self
        later = {day: shifted(day, span, sign) for day in set(self.days)}
        return local_day([later[day] for day in self.days], (*self.key, moves))


def local_day(days: Sequence[dt.date], key: Any) -> LocalDay:
    """A day from what it is in each zone; `key` says the same of which day it is."""
    return LocalDay(type_coerce(null(), Date()), min(days), max(days), days, key)


@dataclass(frozen=True)
class KnowingClock(Clock):
    """A clock that knows beforehand, if `now` is known, where the days of rules begin in every zone."""

    def today(self) -> Day:
        """The patient's local day."""
        return local_day(days_at(self.now), ()) if isinstance(self.now, dt.datetime) else super().today()

    def edge_of(self, day: Day, kind: str) -> Edge:
        """Where a day begins."""
        if isinstance(day, LocalDay):
            days, key = day.days, day.key
        elif isinstance(day.first, dt.date) and day.first == day.last:
            days, key = [day.first] * len(every_zone()), day.first
        else:
            return super().edge_of(day, kind)
        return self.edge_among((key, kind), days if kind == DAY else starts(days), TYPES[kind == DAY])

    def edge_among(self, key: Any, values: Sequence[Any], kind: Any) -> Edge:
        """An edge from what it is in each zone."""
        raise NotImplementedError


@dataclass(frozen=True)
class JoinedClock(KnowingClock):
    """A clock of the patients that `days` are joined to."""

    days: LocalDays = field(default_factory=LocalDays)

    def today_for_many(self) -> ColumnElement[dt.date]:
        """The patient's local day as a value that every row needs."""
        if not isinstance(self.now, dt.datetime):
            return super().today_for_many()
        return self.days.column(((), DAY), days_at(self.now), TYPES[True])

    def edge_among(self, key: Any, values: Sequence[Any], kind: Any) -> Edge:
        """A column of the relation; a constant where all zones agree."""
        lowest, highest = min(values), max(values)
        if lowest == highest:
            return Edge(literal(lowest, kind))
        return Edge(self.days.column(key, values, kind), lowest, highest, is_cheap=True)


@dataclass(frozen=True)
class BoundingClock(KnowingClock):
    """A clock that says what is so in each zone, or else what is so in any; of comparisons that nobody negates."""

    in_each: bool = False

    def edge_among(self, key: Any, values: Sequence[Any], kind: Any) -> Edge:
        """A constant that no zone goes beyond."""
        lowest, highest = min(values), max(values)
        return InEach(literal(highest, kind), lowest) if self.in_each else InAny(literal(lowest, kind), highest=highest)


class InEach(Edge):
    """Where a day has begun in each zone: `exact` is where it begins last, `lowest` where it begins first."""

    def at_or_after(self, value: ColumnElement[Any]) -> Flag:
        """Whether a value is not before the edge of each zone."""
        return value >= self.exact

    def before(self, value: ColumnElement[Any]) -> Flag:
        """Whether a value is before the edge of each zone."""
        return value < self.lowest


class InAny(Edge):
    """Where a day has begun in any zone: `exact` is where it begins first, `highest` where it begins last."""

    def at_or_after(self, value: ColumnElement[Any]) -> Flag:
        """Whether a value is not before the edge of any zone."""
        return value >= self.exact

    def before(self, value: ColumnElement[Any]) -> Flag:
        """Whether a value is before the edge of any zone."""
        return value < self.highest


def in_array(values: Sequence[Any], kind: Any) -> ColumnElement[Any]:
    """Values as one array, which is sent as text: handing over hundreds of dates takes longer."""
    written = "{" + ",".join(map(str, values)) + "}"
    return cast(literal(written, Text()), ARRAY(kind))


def starts(days: Sequence[dt.date]) -> list[dt.datetime]:
    """The first instants of days that are known for each zone."""
    instants = {day: starts_of(day) for day in set(days)}
    return [instants[day][place] for place, day in enumerate(days)]
