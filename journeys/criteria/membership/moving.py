"""Rules on facts in which no moment stands: `now` is a parameter, and the days that move with it are columns of `edge`.

So a rule is compiled once, not in every round: what changes from round to round are a few values for each zone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Date, DateTime, Text, bindparam, column, func, literal_column
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.types import TypeEngine

from journeys.criteria.dates import Day, Edge, Span, shifted
from journeys.criteria.facts.facts import Facts
from journeys.criteria.facts.rule import FactRule
from journeys.criteria.facts.zoned import ZonedClock, Zones, local_day, start_of_day
from journeys.criteria.kinds import DAY
from journeys.criteria.known import Known

NOW = bindparam("now", type_=DateTime(timezone=True))
EDGES = "edge"
ZONE = "zone"
LONGEST_NAME = 16
TYPES: Mapping[bool, TypeEngine[Any]] = {True: Date(), False: DateTime(timezone=True)}

Spans = tuple[tuple[tuple[str, int], ...], ...]
"""What is added to today, one after the other."""

Parameters = dict[str, Any]


class Now(dt.datetime):
    """A moment that is a parameter in SQL; only its kind is known beforehand."""

    def __clause_element__(self) -> ColumnElement[dt.datetime]:
        """What stands for it in SQL."""
        return NOW


SOME_DAY = Now(2026, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, order=True)
class MovingEdge:
    """Where a local day begins: the day itself among days, its first instant among instants."""

    spans: Spans
    is_day: bool

    @property
    def name(self) -> str:
        """Its column in `edge`: told by what it is, so that equal ones of several rules are one."""
        return "edge_" + hashlib.sha256(repr((self.spans, self.is_day)).encode()).hexdigest()[:LONGEST_NAME]

    @property
    def column(self) -> ColumnElement[Any]:
        """SQL for a row that `edge` is joined to."""
        return literal_column(f"{EDGES}.{self.name}", TYPES[self.is_day])

    def day_after(self, today: dt.date) -> dt.date:
        """The day that it is, for a local day."""
        for span in self.spans:
            today = shifted(today, dict(span))
        return today


@dataclass(frozen=True)
class MovingDay(Day):
    """A local day that moves with now."""

    spans: Spans = ()

    def plus(self, span: Span, sign: int = 1) -> Day:
        """The day a span later."""
        added = tuple(sorted((unit, sign * number) for unit, number in span.items()))
        return moving_day((*self.spans, added) if added else self.spans)


def moving_day(spans: Spans) -> MovingDay:
    """The day so much later than today."""
    return MovingDay(MovingEdge(spans, is_day=True).column, spans=spans)


@dataclass(frozen=True)
class MovingClock(ZonedClock):
    """A clock whose days are columns of `edge`; which ones stands in `edges`."""

    edges: dict[MovingEdge, None] = field(default_factory=dict)

    def today(self) -> Day:
        """The patient's local day."""
        return moving_day(())

    def today_for_many(self) -> ColumnElement[dt.date]:
        """The patient's local day as a value."""
        return self.column_of(MovingEdge((), is_day=True))

    def edge_of(self, day: Day, kind: str) -> Edge:
        """Where a day begins."""
        if isinstance(day, MovingDay):
            return Edge(self.column_of(MovingEdge(day.spans, kind == DAY)))
        return super().edge_of(day, kind)

    def column_of(self, edge: MovingEdge) -> ColumnElement[Any]:
        """The column of an edge, which is wanted from now on."""
        self.edges[edge] = None
        return edge.column


class MovingRule(FactRule):
    """Conditions on a patient, over `facts.rows` joined to `edge`."""

    def __init__(self, known: Known, facts: Facts) -> None:
        """Know what the names in a rule stand for, and the columns that there are."""
        super().__init__(SOME_DAY, known, facts, many=False)
        told = {each.name: getattr(self.clock, each.name) for each in fields(ZonedClock)}
        self.moving = MovingClock(**told)
        self.clock = self.moving

    @property
    def edges(self) -> tuple[MovingEdge, ...]:
        """The edges that what was compiled compares with."""
        return tuple(self.moving.edges)


def edge_rows(edges: Iterable[MovingEdge]) -> TableValuedAlias:
    """The relation `edge`: a row for each zone; its values are the parameters that `edge_values` gives."""
    arrays = [bindparam(ZONE, type_=ARRAY(Text()))]
    arrays += [bindparam(each.name, type_=ARRAY(TYPES[each.is_day])) for each in edges]
    columns = [column(ZONE, Text()), *[column(each.name, TYPES[each.is_day]) for each in edges]]
    return func.unnest(*arrays).table_valued(*columns).render_derived(name=EDGES)


def edge_values(edges: Iterable[MovingEdge], zones: Zones, now: dt.datetime) -> Parameters:
    """The values of `edge` at a moment."""
    today = {zone: local_day(spans, now) for zone, spans in zones.items()}
    values: Parameters = {ZONE: list(zones)}
    for edge in edges:
        day_of = {day: edge.day_after(day) for day in set(today.values())}
        days = {zone: day_of[day] for zone, day in today.items()}
        values[edge.name] = list(days.values()) if edge.is_day else starts(days, zones)
    return values


def starts(days: Mapping[str, dt.date], zones: Zones) -> list[dt.datetime]:
    """The first instant of a day in each zone."""
    return [start_of_day(zones[zone], day) for zone, day in days.items()]
