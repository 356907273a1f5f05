"""A clock that knows beforehand when days begin in every zone there is, so that nothing has to be looked up row by row.

Looking a zone up inside a condition costs little where few rows come near an edge, but it keeps PostgreSQL from reading
the rows by several processes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import ColumnElement, Date, DateTime, case, literal

from journeys.criteria.dates import Clock, Day, Edge, Flag, Moment, Span, shifted, start_in_utc
from journeys.criteria.kinds import DAY


@dataclass(frozen=True)
class KnownSpan:
    """A stretch of time in which a zone keeps one offset, as `zone_span` has it."""

    from_at: dt.datetime
    to_at: dt.datetime
    offset: dt.timedelta
    wall_from: dt.datetime
    wall_to: dt.datetime


Zones = Mapping[str, Sequence[KnownSpan]]
"""Zone → its spans; none for a name that is no zone: its days are those of UTC."""


def local_day(spans: Iterable[KnownSpan], instant: dt.datetime) -> dt.date:
    """The day of an instant: what `Clock.local_day` is in SQL."""
    offset = next((span.offset for span in spans if span.from_at <= instant < span.to_at), dt.timedelta())
    return (instant.astimezone(dt.UTC) + offset).date()


def start_of_day(spans: Iterable[KnownSpan], day: dt.date) -> dt.datetime:
    """The first instant of a day: what `dates.start_of_day` is in SQL."""
    midnight = dt.datetime.combine(day, dt.time())
    for span in spans:
        if span.wall_from <= midnight < span.wall_to:
            return max((midnight - span.offset).replace(tzinfo=dt.UTC), span.from_at)
    return start_in_utc(day)


@dataclass(frozen=True)
class ZonedDay(Day):
    """A local day that is known for each zone."""

    by_zone: Mapping[str, dt.date] = field(default_factory=dict)
    zone: Any = None

    def plus(self, span: Span, sign: int = 1) -> Day:
        """The day a span later."""
        return zoned_day(self.zone, {name: shifted(day, span, sign) for name, day in self.by_zone.items()})


def zoned_day(zone: Any, by_zone: Mapping[str, dt.date]) -> ZonedDay:
    """A day from what it is in each zone."""
    days = by_zone.values()
    return ZonedDay(picked(zone, by_zone, Date()), min(days), max(days), by_zone, zone)


def picked(zone: Any, by_zone: Mapping[str, Any], kind: Any) -> ColumnElement[Any]:
    """SQL: the value for a zone; a constant where it is the same for all."""
    zones_by_value: dict[Any, list[str]] = {}
    for name, value in by_zone.items():
        zones_by_value.setdefault(value, []).append(name)
    if len(zones_by_value) == 1:
        return literal(next(iter(zones_by_value)), kind)
    return case(*[(zone.in_(names), literal(value, kind)) for value, names in sorted(zones_by_value.items())])


@dataclass(frozen=True)
class Compared:
    """What was compared with a moment: the value, its kind, the moment, and whether with its end."""

    value: Any
    kind: str
    moment: Moment
    is_end: bool


def noticed_by_nobody(compared: Compared) -> None:
    """Pass."""


@dataclass(frozen=True)
class ZonedClock(Clock):
    """A clock for rows of all `zones`, of which at least one is known; `now` is. `notice` hears what is compared."""

    zones: Zones = field(default_factory=dict)
    notice: Callable[[Compared], None] = noticed_by_nobody

    def today(self) -> Day:
        """The patient's local day."""
        if not self.zones or not isinstance(self.now, dt.datetime):
            return super().today()
        return zoned_day(self.zone, {name: local_day(spans, self.now) for name, spans in self.zones.items()})

    def today_for_many(self) -> ColumnElement[dt.date]:
        """The patient's local day as a value that every row needs."""
        return self.today().value if self.zones else super().today_for_many()

    def edge_of(self, day: Day, kind: str) -> Edge:
        """Where a day begins: constants, by zone where they differ."""
        if isinstance(day, ZonedDay):
            days = day.by_zone
        elif self.zones and isinstance(day.first, dt.date) and day.first == day.last:
            days = dict.fromkeys(self.zones, day.first)
        else:
            return super().edge_of(day, kind)
        if kind == DAY:
            return edge(self.zone, days, Date())
        starts = {name: start_of_day(self.zones[name], each) for name, each in days.items()}
        return edge(self.zone, starts, DateTime(timezone=True))

    def not_before(self, value: ColumnElement[Any], kind: str, moment: Moment) -> Flag:
        """Whether a value lies at or after the beginning of a moment."""
        self.notice(Compared(value, kind, moment, is_end=False))
        return super().not_before(value, kind, moment)

    def not_after(self, value: ColumnElement[Any], kind: str, moment: Moment) -> Flag:
        """Whether a value lies before the end of a moment."""
        self.notice(Compared(value, kind, moment, is_end=True))
        return super().not_after(value, kind, moment)

    def before(self, value: ColumnElement[Any], kind: str, moment: Moment) -> Flag:
        """Whether a value lies before the beginning of a moment."""
        self.notice(Compared(value, kind, moment, is_end=False))
        return super().before(value, kind, moment)

    def after(self, value: ColumnElement[Any], kind: str, moment: Moment) -> Flag:
        """Whether a value lies after the end of a moment."""
        self.notice(Compared(value, kind, moment, is_end=True))
        return super().after(value, kind, moment)


def edge(zone: Any, by_zone: Mapping[str, Any], kind: Any) -> Edge:
    """An edge from what it is in each zone."""
    exact = picked(zone, by_zone, kind)
    lowest, highest = min(by_zone.values()), max(by_zone.values())
    return Edge(exact) if lowest == highest else Edge(exact, literal(lowest, kind), literal(highest, kind))


def with_zones(clock: Clock, zone: Any, zones: Zones, notice: Callable[[Compared], None]) -> ZonedClock:
    """The same clock, for rows that have their zone in a column."""
    told = {each.name: getattr(clock, each.name) for each in fields(Clock)}
    return ZonedClock(**{**told, "zone": zone}, zones=zones, notice=notice)
