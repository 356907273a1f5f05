"""Lengths of time and moments as journeys write them: `{"days": 14}`, `{"focus": "due_on", "plus": {"days": -14}}`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from journeys.flow.words.reader import Reader
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
LONGEST = dt.timedelta(days=3_660)

WEEKDAYS = {
    "monday": N_("Monday"),
    "tuesday": N_("Tuesday"),
    "wednesday": N_("Wednesday"),
    "thursday": N_("Thursday"),
    "friday": N_("Friday"),
    "saturday": N_("Saturday"),
    "sunday": N_("Sunday"),
}
"""In the order of ISO 8601, whose numbers begin with 1 for Monday."""

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

ONE_UNIT = N_("Give exactly one of days, hours, weeks or minutes")
NOT_AN_HOUR = N_("Write the time as hours and minutes, for example 10:00")
TOO_FAR = N_("At most ten years")
NOT_POSITIVE = N_("This should be more than nothing")


@dataclass(frozen=True)
class Duration:
    """A length of time in one unit; negative only where a moment is counted back."""

    days: int | None = field(default=None, metadata={"label": N_("Days")})
    hours: int | None = field(default=None, metadata={"label": N_("Hours")})
    weeks: int | None = field(default=None, metadata={"label": N_("Weeks")})
    minutes: int | None = field(default=None, metadata={"label": N_("Minutes")})

    def judge(self, where: str) -> Iterable[Problem]:
        """Exactly one unit, within ten years."""
        if self.unit_and_number() is None:
            yield Problem(where, ONE_UNIT)
        elif not self.is_near():
            yield Problem(where, TOO_FAR)

    def unit_and_number(self) -> tuple[str, int] | None:
        """The one unit that is given, with its number."""
        given = [(unit, number) for unit, number in vars(self).items() if number is not None]
        return given[0] if len(given) == 1 else None

    def is_near(self) -> bool:
        """Whether it stays within ten years; asked without adding, since a huge number cannot be a timedelta."""
        unit, number = self.unit_and_number() or ("days", 0)
        return abs(number) <= LONGEST / dt.timedelta(**{unit: 1})

    def length(self) -> dt.timedelta:
        """The same as a timedelta."""
        unit, number = self.unit_and_number() or ("days", 0)
        return dt.timedelta(**{unit: number})


class Moment:
    """A moment counted from a date. Each kind names its date first, in forms as in texts, then what all have."""

    plus: Duration | None
    at: str | None

    def judge(self, where: str) -> Iterable[Problem]:
        """The hour can be read."""
        if self.at is not None and not is_hour(self.at):
            yield Problem(f"{where}.at", NOT_AN_HOUR)


def counted() -> Any:
    """The field `plus` of a moment."""
    metadata = {"label": N_("Plus"), "help": N_("Negative numbers count back from the date.")}
    return field(default=None, metadata=metadata)


def hour_of_day() -> Any:
    """The field `at` of a moment."""
    metadata = {"label": N_("At what time"), "help": N_("In the patient's own time zone, for example 10:00.")}
    return field(default=None, metadata=metadata)


@dataclass(frozen=True)
class FocusMoment(Moment):
    """A moment counted from a date of the focus record: the appointment's start less two hours."""

    focus: str = field(
        metadata={
            "label": N_("Date of the record"),
            "help": N_("One of the dates of what the journey is about."),
            "source": "focus-date",
        }
    )
    plus: Duration | None = counted()
    at: str | None = hour_of_day()


@dataclass(frozen=True)
class PatientMoment(Moment):
    """A moment counted from a date that is recorded for the patient: two weeks before the due date."""

    date: str = field(
        metadata={
            "label": N_("Date of the patient"),
            "help": N_("A field of your clinic that holds a date, for example custom.due-date."),
            "source": "date-field",
        }
    )
    plus: Duration | None = counted()
    at: str | None = hour_of_day()


@dataclass(frozen=True)
class Hours:
    """A stretch of the day by the patient's own clock; it neither is empty nor passes midnight."""

    opens: str = field(metadata={"label": N_("From"), "help": N_("For example 09:00.")})
    closes: str = field(metadata={"label": N_("Until"), "help": N_("For example 17:00; at this time it is over.")})

    def judge(self, where: str) -> Iterable[Problem]:
        """Two hours, in order."""
        wrong = [name for name, hour in vars(self).items() if not is_hour(hour)]
        for name in wrong:
            yield Problem(f"{where}.{name}", NOT_AN_HOUR)
        if not wrong and self.opens >= self.closes:
            yield Problem(where, N_("This stretch of the day must end after it begins"))


def is_hour(text: str) -> bool:
    """Whether a text is a time of day."""
    return HOUR.fullmatch(text) is not None


def not_positive(duration: Duration | None, where: str) -> Iterable[Problem]:
    """A problem when a length of time is not more than nothing."""
    if duration is not None and duration.is_near() and duration.length() <= dt.timedelta(0):
        yield Problem(where, NOT_POSITIVE)


def in_words(length: Duration | None, translate: Callable[[str], str]) -> str:
    """A length of time: "14 days"."""
    unit, number = (length.unit_and_number() if length is not None else None) or ("days", 0)
    words = {
        "minutes": N_("%(number)s minutes"),
        "hours": N_("%(number)s hours"),
        "days": N_("%(number)s days"),
        "weeks": N_("%(number)s weeks"),
    }
    ones = {"minutes": N_("1 minute"), "hours": N_("1 hour"), "days": N_("1 day"), "weeks": N_("1 week")}
    return translate(ones[unit]) if abs(number) == 1 else translate(words[unit]) % {"number": abs(number)}


def from_date_in_words(moment: FocusMoment, reader: Reader) -> str:
    """A moment counted from a date of the record: "2 hours before the beginning of the appointment, at 10:00"."""
    date = reader.translate(N_("the %(date)s of the %(record)s"))
    said = date % {"date": reader.date(moment.focus), "record": reader.record(reader.focus)}
    _, number = (moment.plus.unit_and_number() if moment.plus is not None else None) or ("days", 0)
    if number != 0:
        words = N_("%(length)s before %(moment)s") if number < 0 else N_("%(length)s after %(moment)s")
        said = reader.translate(words) % {"length": in_words(moment.plus, reader.translate), "moment": said}
    if moment.at is None:
        return said
    return reader.translate(N_("%(moment)s, at %(hour)s")) % {"moment": said, "hour": moment.at}
