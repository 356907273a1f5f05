"""When the branches are open: the days off of a year, and slots inside opening hours."""

from __future__ import annotations

import datetime as dt
import random
import zoneinfo
from collections.abc import Iterator
from typing import Any

SLOT = dt.timedelta(minutes=20)


def holidays(year: int) -> Iterator[dt.date]:
    """The days on which every branch is closed."""
    yield dt.date(year, 1, 1)
    yield last_monday_of_may(year)
    yield dt.date(year, 7, 4)
    yield weekday_of_month(year, 9, 0, 1)
    yield weekday_of_month(year, 11, 3, 4)
    yield dt.date(year, 12, 25)


def weekday_of_month(year: int, month: int, weekday: int, which: int) -> dt.date:
    """The `which`-th Monday (0) … Sunday (6) of a month."""
    first = dt.date(year, month, 1)
    return first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))


def last_monday_of_may(year: int) -> dt.date:
    """Memorial Day."""
    last = dt.date(year, 5, 31)
    return last - dt.timedelta(days=last.weekday())


def closed_days(today: dt.date) -> list[str]:
    """The closed days from five years back to five years ahead, as ISO dates."""
    return [day.isoformat() for year in range(today.year - 5, today.year + 6) for day in holidays(year)]


class Opening:
    """The opening hours of one branch, in its own zone."""

    def __init__(self, branch: dict[str, Any], closed: frozenset[str]) -> None:
        """Read the hours once."""
        self.zone = zoneinfo.ZoneInfo(branch["time_zone"])
        self.closed = closed
        self.slots = {int(weekday): list(slots_of(stretches)) for weekday, stretches in branch["hours"].items()}

    def slot(self, chance: random.Random, day: dt.date) -> dt.datetime:
        """A slot on this day, or on the next open one."""
        while day.isoformat() in self.closed or day.isoweekday() not in self.slots:
            day += dt.timedelta(days=1)
        time = chance.choice(self.slots[day.isoweekday()])
        return dt.datetime.combine(day, time, self.zone).astimezone(dt.UTC)


def slots_of(stretches: list[list[str]]) -> Iterator[dt.time]:
    """The beginnings of the slots in some open stretches."""
    for opens, closes in stretches:
        moment = dt.datetime.combine(dt.date.min, dt.time.fromisoformat(opens))
        end = dt.datetime.combine(dt.date.min, dt.time.fromisoformat(closes))
        while moment + SLOT <= end:
            yield moment.time()
            moment += SLOT
