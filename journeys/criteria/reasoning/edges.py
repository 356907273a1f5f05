"""Days that a rule names, compared without knowing what day it is.

The day of a moment is a fixed date, or lies a span from a day that only the moment of asking tells: today, or a date of
the focus record or of the patient. Two of these are in order when they are so whatever that day is.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from journeys.criteria.dates import Moment, Span, shifted

NOW = "now"
DAYS_OF_MONTH = 30.436875
"""Of the Gregorian calendar on average."""

AT_MOST_OFF = 6
"""A span of months is never further from its average in days: short months, leap years and the month rule together."""


@dataclass(frozen=True)
class Day:
    """A day: `date` when it is fixed, else `months` and then `days` after the day that `base` names."""

    base: str
    months: int = 0
    days: int = 0
    date: dt.date | None = None

    def later(self, days: int) -> Day:
        """The day so many days later."""
        if self.date is not None:
            return Day(self.base, date=self.date + dt.timedelta(days=days))
        return Day(self.base, self.months, self.days + days)

    def is_at_or_before(self, other: Day) -> bool:
        """Whether this day is surely not after the other."""
        if self.date is not None and other.date is not None:
            return self.date <= other.date
        if self.base != other.base or self.date is not None or other.date is not None:
            return False
        if self.months <= other.months and self.days <= other.days:
            return True
        return self.latest() <= other.earliest()

    def earliest(self) -> int:
        """How many days after its base it is at least."""
        return self.days + (math.floor(self.months * DAYS_OF_MONTH) - AT_MOST_OFF if self.months else 0)

    def latest(self) -> int:
        """How many days after its base it is at most."""
        return self.days + (math.ceil(self.months * DAYS_OF_MONTH) + AT_MOST_OFF if self.months else 0)


TODAY = Day(NOW)
TOMORROW = Day(NOW, days=1)


@dataclass(frozen=True)
class Edge:
    """Where a stretch of time begins or ends: at the beginning of a day, or at this very instant.

    `without` says of an instant that it does not belong to the stretch itself.
    """

    day: Day
    is_instant: bool = False
    without: bool = False


INSTANT = Edge(TODAY, is_instant=True)
BESIDE = Edge(TODAY, is_instant=True, without=True)


def day_of(moment: Moment) -> Day:
    """The day that a moment means."""
    plus: Span = moment.get("plus", {})
    if "date" in moment:
        return Day("", date=shifted(dt.date.fromisoformat(moment["date"]), plus))
    months = plus.get("years", 0) * 12 + plus.get("months", 0)
    days = plus.get("weeks", 0) * 7 + plus.get("days", 0)
    return Day(base_of(moment), months, days)


def base_of(moment: Mapping[str, Any]) -> str:
    """What a moment that is no fixed date counts from."""
    for key in sorted(set(moment) - {"plus", NOW}):
        return f"{key} {moment[key]}"
    return NOW


def is_nothing_between(lower: Edge, upper: Edge) -> bool:
    """Whether no value lies at or above the one and below the other."""
    if lower.is_instant and upper.is_instant:
        return lower.without or upper.without
    if lower.is_instant:
        return upper.day.is_at_or_before(TODAY)
    if upper.is_instant:
        return TOMORROW.is_at_or_before(lower.day)
    return upper.day.is_at_or_before(lower.day)


def begins_within(inner: Edge, outer: Edge) -> bool:
    """Whether all that lies above the inner lower edge lies above the outer one."""
    if inner.is_instant and outer.is_instant:
        return inner.without or not outer.without
    if inner.is_instant:
        return outer.day.is_at_or_before(TODAY)
    if outer.is_instant:
        return TOMORROW.is_at_or_before(inner.day)
    return outer.day.is_at_or_before(inner.day)


def ends_within(inner: Edge, outer: Edge) -> bool:
    """Whether all that lies below the inner upper edge lies below the outer one."""
    if inner.is_instant and outer.is_instant:
        return inner.without or not outer.without
    if inner.is_instant:
        return TOMORROW.is_at_or_before(outer.day)
    if outer.is_instant:
        return inner.day.is_at_or_before(TODAY)
    return inner.day.is_at_or_before(outer.day)


def meet(upper: Edge, lower: Edge) -> bool:
    """Whether every value lies below the one or at or above the other."""
    if upper.is_instant and lower.is_instant:
        return not (upper.without and lower.without)
    if upper.is_instant:
        return lower.day.is_at_or_before(TODAY)
    if lower.is_instant:
        return TOMORROW.is_at_or_before(upper.day)
    return lower.day.is_at_or_before(upper.day)
