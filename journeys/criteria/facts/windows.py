"""Windows as two moments, and the one of them at which a summary stops by itself.

A summary holds dates up to a moment, or from a moment on; what is left of the window is compared with what it holds
whenever a rule is evaluated. So windows of any length up to the same moment share a column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Interval, case, extract, literal_column

from journeys.criteria.dates import Clock, Flag, Moment, Span, is_instant, shifted_in_sql, start_of_day
from journeys.criteria.kinds import DAY
from journeys.criteria.shapes import Rule

NOW: Moment = {"now": True}
BORN = "birth_date"
"""The date of a patient up to which summaries can stop: its change marks the patient at all times."""

MONTHS = {"years": 12, "months": 1}
DAYS = {"weeks": 7, "days": 1}
A_MICROSECOND = literal_column("interval '1 microsecond'", Interval)
NO_TIME = literal_column("NULL::timestamptz", DateTime(timezone=True))


@dataclass(frozen=True)
class Stop:
    """Where a summary of dates of a `kind` stops: up to the end of a moment, or `is_ahead` from its beginning on."""

    moment: Moment
    is_ahead: bool
    kind: str

    @property
    def moves(self) -> bool:
        """Whether time alone lets other records count."""
        return "now" in self.moment

    def counts(self, date: ColumnElement[Any], clock: Clock) -> Flag:
        """Whether a date lies on the side that counts; unknown of an unknown one."""
        side = clock.not_before if self.is_ahead else clock.not_after
        return side(date, self.kind, self.moment)

    def passes(self, date: ColumnElement[Any], clock: Clock) -> ColumnElement[Any]:
        """When a moment that moves gets past a date, so that it begins to count, or no longer does when `is_ahead`."""
        if is_instant(self.moment, self.kind):
            # it is still ahead at its very instant, and no more after that
            return date + A_MICROSECOND if self.is_ahead else date
        day = date if self.kind == DAY else clock.local_day(date)
        wanted = shifted_in_sql(day, {"days": 1}) if self.is_ahead else day
        begins = start_of_day(clock.zone, first_day(wanted, self.moment.get("plus", {})))
        return case((date.is_not(None), begins), else_=NO_TIME)


def first_day(day: ColumnElement[Any], plus: Span) -> ColumnElement[Any]:
    """SQL: the first day that is `day` or later once a span is added to it."""
    back = sum(DAYS[unit] * number for unit, number in plus.items() if unit in DAYS)
    months = sum(MONTHS[unit] * number for unit, number in plus.items() if unit in MONTHS)
    day = shifted_in_sql(day, {"days": -back})
    if not months:
        return day
    earlier = shifted_in_sql(day, {"months": -months})
    # where that month is too short, its last day does not get there, but the next one does
    is_short = extract("day", earlier) < extract("day", day)
    return case((is_short, shifted_in_sql(earlier, {"days": 1})), else_=earlier)


def ends_of(window: Rule) -> tuple[Moment, Moment] | None:
    """From the beginning of which moment to the end of which one; None for windows beside another record."""
    if "last" in window:
        return {**NOW, "plus": {unit: -number for unit, number in window["last"].items()}}, NOW
    if "next" in window:
        return NOW, {**NOW, "plus": window["next"]}
    if "between" in window:
        first, second = window["between"]
        return first, second
    return None


def stop_in(window: Rule, kind: str) -> Stop | None:
    """The end of a window at which a summary can stop; None where neither can be known for a patient beforehand."""
    ends = ends_of(window)
    if ends is None:
        return None
    first, second = ends
    # what is to come changes seldom, and one column serves each window that begins now
    if first != NOW and can_stop_at(second):
        return Stop(second, is_ahead=False, kind=kind)
    return Stop(first, is_ahead=True, kind=kind) if can_stop_at(first) else None


def can_stop_at(moment: Moment) -> bool:
    """Whether a summary can stop there."""
    return "now" in moment or "date" in moment or moment.get("field") == BORN
