"""Where local days begin, worked out once a zone and joined to the patients: for the SELECT of everyone in a rule.

Comparing with a joined column costs what comparing with a constant does, and the database knows it; a look-up for each
row it would take for so slow that it chooses other plans to avoid it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Date, DateTime, cast, func, literal, literal_column, select

from journeys.criteria.dates import Clock, Day, Edge, Span, moved, shifted_in_sql, start_in_utc, start_of_day
from journeys.criteria.kinds import DAY
from journeys.foundation.zones import SPANS, minutes
from journeys.store.organisation import Location

NAME = "local_day"
ZONES = SPANS.alias("zone_now")
HOME = Location.__table__.alias("home")


class LocalDays:
    """The columns of the relation that is joined: one for each edge of a day that a rule compares with."""

    def __init__(self, now: dt.datetime) -> None:
        """`now` is aware."""
        self.now = now.astimezone(dt.UTC)
        self.columns: dict[str, ColumnElement[Any]] = {}
        self.names: dict[Any, str] = {}

    def column(self, key: Any, value: ColumnElement[Any], in_utc: Any, kind: Any) -> ColumnElement[Any]:
        """A value of each zone as a column; `in_utc` is that of zones nobody knows."""
        name = self.names.setdefault(key, f"edge_{len(self.names)}")
        self.columns[name] = value.label(name)
        # by its name: the relation itself is made when all its columns are known
        return func.coalesce(literal_column(f"{NAME}.{name}", kind), literal(in_utc, kind))

    def joined_to(self, member: Any) -> Any:
        """The patients with the relation, or alone when nothing asks for a day."""
        if not self.columns:
            return member
        is_now = (ZONES.c.from_at <= self.now, ZONES.c.to_at > self.now)
        # an offset keeps the columns from being worked out for each patient again
        days = select(ZONES.c.zone, *self.columns.values()).where(*is_now).offset(0).subquery(NAME)
        zone = func.coalesce(member.c.time_zone, HOME.c.time_zone, "UTC")
        at_home = member.outerjoin(HOME, HOME.c.id == member.c.managing_location_id)
        return at_home.outerjoin(days, days.c.zone == zone)


@dataclass(frozen=True)
class TodayLater(Day):
    """The local day, so many spans later."""

    spans: tuple[tuple[tuple[str, int], ...], ...] = ()

    def plus(self, span: Span, sign: int = 1) -> Day:
        """The day a span later."""
        later = super().plus(span, sign)
        more = tuple(sorted((unit, sign * number) for unit, number in span.items() if number))
        return TodayLater(later.value, later.first, later.last, (*self.spans, more) if more else self.spans)


@dataclass(frozen=True)
class JoinedClock(Clock):
    """A clock of the patients that `days` are joined to."""

    days: LocalDays | None = None

    def today(self) -> Day:
        """The patient's local day."""
        today = super().today()
        return TodayLater(today.value, today.first, today.last)

    def edge_of(self, day: Day, kind: str) -> Edge:
        """Where a day begins: a column of the relation."""
        usual = super().edge_of(day, kind)
        if self.days is None:
            return usual
        if isinstance(day, TodayLater):
            key: Any = day.spans
            value: ColumnElement[Any] = cast(
                func.timezone("UTC", literal(self.days.now)) + minutes(ZONES.c.offset_minutes), Date
            )
            in_utc = self.days.now.date()
            for span in day.spans:
                value = shifted_in_sql(value, dict(span))
                in_utc = moved(in_utc, dict(span), 1)
        elif isinstance(day.first, dt.date) and day.first == day.last:
            key, value, in_utc = day.first, literal(day.first, Date), day.first
        else:
            return usual
        if kind == DAY:
            exact = self.days.column((key, kind), value, in_utc, Date())
        else:
            begins = start_of_day(ZONES.c.zone, value)
            exact = self.days.column((key, kind), begins, start_in_utc(in_utc), DateTime(timezone=True))
        return Edge(exact, usual.lowest, usual.highest, is_cheap=True)
