"""Puts the beginning and end of a period where a rule names them: `{"period": "start"}`, `{"period": "end"}`.

A measure or guideline is written once and asked for any stretch of time. In a moment the day takes the place of the
word; as a parameter of a field (`of: {date: {period: end}}`) it stands as text. What comes out is an ordinary rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PERIOD = "period"
START = "start"
END = "end"


@dataclass(frozen=True)
class Period:
    """From the first to the last of some days, both included."""

    start: dt.date
    end: dt.date

    def day(self, which: str) -> str:
        """The first or the last day as rules write it."""
        return (self.start if which == START else self.end).isoformat()

    def last_instant(self) -> dt.datetime:
        """The moment as of which a whole period is looked at: the last one of its end, in UTC."""
        return dt.datetime.combine(self.end, dt.time.max, dt.UTC)


def in_period(part: Any, period: Period) -> Any:
    """A rule, or a part of one, with the days of a period in it; what is no name of a day is left to the check."""
    if isinstance(part, list):
        return [in_period(each, period) for each in part]
    if not isinstance(part, Mapping):
        return part
    if part.get(PERIOD) in (START, END):
        rest = {key: value for key, value in part.items() if key != PERIOD}
        return {"date": period.day(part[PERIOD]), **rest}
    return {key: of_field(each, period) if key == "of" else in_period(each, period) for key, each in part.items()}


def of_field(of: Any, period: Period) -> Any:
    """The parameters of a field, with the days of a period as texts."""
    if not isinstance(of, Mapping):
        return of
    return {
        name: period.day(value[PERIOD]) if isinstance(value, Mapping) and value.get(PERIOD) in (START, END) else value
        for name, value in of.items()
    }
