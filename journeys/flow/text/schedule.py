"""When a journey takes patients by the clock: on which days, at what time, of the organisation's own zone.

An occurrence is a local day and time. Where the clocks skip that time it is the moment after the gap, where they repeat
it the first of the two, so that each day has it exactly once.
"""

from __future__ import annotations

import calendar
import datetime as dt
import zoneinfo
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from journeys.flow.text.times import NOT_AN_HOUR, WEEKDAYS, Weekday, is_hour
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.foundation.zone_days import instant_of_wall

LONGEST_APART = dt.timedelta(days=33)
"""Two occurrences that follow each other are no further apart: once a month, with a day for the zone."""


@dataclass(frozen=True)
class Schedule:
    """Every day, on some days of the week, or on one day of the month; a month without that day takes its last one."""

    at: str = field(metadata={"label": N_("At what time"), "help": N_("In the time zone of the organisation.")})
    weekdays: tuple[Weekday, ...] = field(
        default=(),
        metadata={
            "label": N_("On these days only"),
            "help": N_("None chosen means every day."),
            "choices": tuple(WEEKDAYS.items()),
        },
    )
    month_day: int | None = field(
        default=None,
        metadata={
            "label": N_("Day of the month"),
            "help": N_("From 1 to 31; in shorter months the last day."),
        },
    )

    def judge(self, where: str) -> Iterable[Problem]:
        """A time of day; days of the week or of the month, not both."""
        if not is_hour(self.at):
            yield Problem(f"{where}.at", NOT_AN_HOUR)
        if self.month_day is not None and not 1 <= self.month_day <= 31:
            yield Problem(f"{where}.month_day", N_("Between 1 and 31"))
        if self.month_day is not None and self.weekdays:
            yield Problem(f"{where}.month_day", N_("Give days of the week or a day of the month, not both"))

    def latest(self, zone: str, now: dt.datetime) -> dt.datetime:
        """The newest occurrence that is not after `now`."""
        info = zoneinfo.ZoneInfo(zone)
        began = (self.instant(day, info) for day in self.days(now.astimezone(info).date(), -1))
        return next(moment for moment in began if moment <= now)

    def coming(self, zone: str, now: dt.datetime) -> dt.datetime:
        """The first occurrence after `now`."""
        info = zoneinfo.ZoneInfo(zone)
        to_come = (self.instant(day, info) for day in self.days(now.astimezone(info).date(), 1))
        return next(moment for moment in to_come if moment > now)

    def days(self, today: dt.date, step: int) -> Iterator[dt.date]:
        """The days of occurrences from around a day on, forwards or backwards."""
        for number in range(-1, 2 * LONGEST_APART.days):
            day = today + dt.timedelta(days=number * step)
            if self.is_on(day):
                yield day

    def is_on(self, day: dt.date) -> bool:
        """Whether a day has an occurrence."""
        if self.month_day is not None:
            last = calendar.monthrange(day.year, day.month)[1]
            return day.day == min(self.month_day, last)
        return not self.weekdays or list(WEEKDAYS)[day.weekday()] in self.weekdays

    def instant(self, day: dt.date, info: zoneinfo.ZoneInfo) -> dt.datetime:
        """The occurrence of a day, as UTC."""
        return instant_of_wall(dt.datetime.combine(day, dt.time.fromisoformat(self.at)), info)
