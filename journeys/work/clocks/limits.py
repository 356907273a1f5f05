"""Lengths of time after which something has to go on: elapsed time, or working time of the place where it happens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Interval, func, literal

from journeys.foundation.calendars import after_working_days
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.foundation.working_time import after_working_seconds

WORKING_DAYS = "working_days"
WORKING_HOURS = "working_hours"
WORKING = (WORKING_DAYS, WORKING_HOURS)
HOUR = 3_600
UNITS: Mapping[str, dt.timedelta] = {
    "minutes": dt.timedelta(minutes=1),
    "hours": dt.timedelta(hours=1),
    "days": dt.timedelta(days=1),
    WORKING_DAYS: dt.timedelta(days=1),
    WORKING_HOURS: dt.timedelta(hours=1),
}
"""Unit → how long one of it is where no calendar says otherwise."""

LONGEST = dt.timedelta(days=3_660)


@dataclass(frozen=True)
class Limit:
    """So many of one unit."""

    unit: str
    number: int

    @property
    def plain(self) -> dt.timedelta:
        """The length where no calendar counts."""
        return UNITS[self.unit] * self.number

    @property
    def shortest(self) -> dt.timedelta:
        """What it takes at least, whatever the calendar says: a working day may be over in its last minute."""
        return self.plain - UNITS[WORKING_DAYS] if self.unit == WORKING_DAYS else self.plain

    def after(self, since: Any, calendar: Any, zone: Any) -> ColumnElement[Any]:
        """SQL: when it is over that began at `since`; working days end when the place closes, working hours when it has
        been open for so long."""
        plain = since + literal(self.plain, Interval)
        if self.unit == WORKING_DAYS:
            return func.coalesce(after_working_days(calendar, zone, since, self.number), plain)
        if self.unit == WORKING_HOURS:
            return func.coalesce(after_working_seconds(calendar, since, self.number * HOUR), plain)
        return plain


def limit_of(written: Mapping[str, int]) -> Limit:
    """What `{working_days: 2}` means; the check has judged it."""
    [(unit, number)] = written.items()
    return Limit(unit, number)


def limit_problems(written: Any, where: str, *, least: int = 0, may_work: bool = True) -> Iterator[Problem]:
    """Exactly one unit with a whole number of it; working days are at least one, and without `may_work` there is no
    working time."""
    units = [unit for unit in UNITS if may_work or unit not in WORKING]
    if not isinstance(written, dict) or len(written) != 1 or next(iter(written)) not in units:
        yield Problem(where, N_("Give exactly one of: %(choices)s"), {"choices": ", ".join(units)})
        return
    [(unit, number)] = written.items()
    least = max(least, 1) if unit == WORKING_DAYS else least
    most = LONGEST // UNITS[unit]
    if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
        data = {"least": least, "most": most}
        yield Problem(f"{where}.{unit}", N_("Write a whole number between %(least)s and %(most)s"), data)
