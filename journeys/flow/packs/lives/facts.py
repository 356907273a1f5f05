"""What can be on somebody's record in a life: each as an import would bring it, with what can be wrong with it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.foundation.zones import instant_in_python, is_zone

MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}) (\S+)")
NOT_A_MOMENT = N_("Write day, time and time zone, for example 2026-03-02 10:00 America/New_York")
NOT_A_DAY = N_("Write the day as year, month and day, for example 2026-03-02")

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
CVX = "http://hl7.org/fhir/sid/cvx"


@cache
def moment(text: str) -> dt.datetime | None:
    """The instant of `2026-03-02 10:00 America/New_York`; None when it is not written so."""
    found = MOMENT.fullmatch(text)
    if found is None or not is_zone(found[3]):
        return None
    try:
        return instant_in_python(found[3], dt.datetime.fromisoformat(f"{found[1]}T{found[2]}"))
    except ValueError:
        return None


def moment_problems(text: str, where: str) -> Iterable[Problem]:
    """A problem when a moment cannot be read."""
    if moment(text) is None:
        yield Problem(where, NOT_A_MOMENT)


def day_problems(text: str | None, where: str) -> Iterable[Problem]:
    """A problem when a day cannot be read."""
    try:
        dt.date.fromisoformat(text or "2000-01-01")
    except ValueError:
        yield Problem(where, NOT_A_DAY)


@dataclass(frozen=True)
class Coded:
    """A condition that is active since a day."""

    code: str
    system: str = SNOMED
    status: str = "active"
    since: str = "2020-01-01"

    def judge(self, where: str) -> Iterable[Problem]:
        """A day."""
        yield from day_problems(self.since, f"{where}.since")


@dataclass(frozen=True)
class Measured:
    """An observation; the value is a whole number."""

    code: str
    at: str
    value: int | None = None
    unit: str | None = None
    system: str = LOINC

    def judge(self, where: str) -> Iterable[Problem]:
        """A moment."""
        yield from moment_problems(self.at, f"{where}.at")


@dataclass(frozen=True)
class Planned:
    """An activity of a care plan."""

    code: str
    due_on: str
    interval_days: int | None = None
    status: str = "in-progress"
    system: str = SNOMED

    def judge(self, where: str) -> Iterable[Problem]:
        """A day."""
        yield from day_problems(self.due_on, f"{where}.due_on")


@dataclass(frozen=True)
class Visit:
    """An appointment."""

    at: str
    status: str = "booked"
    code: str | None = None
    system: str | None = None

    def judge(self, where: str) -> Iterable[Problem]:
        """A moment."""
        yield from moment_problems(self.at, f"{where}.at")


@dataclass(frozen=True)
class Stay:
    """An encounter; `kind` is its class (AMB, EMER, IMP, VR…). It is over at `until`, or at once."""

    at: str
    until: str | None = None
    status: str = "finished"
    kind: str = "AMB"
    code: str | None = None
    system: str = SNOMED

    def judge(self, where: str) -> Iterable[Problem]:
        """Two moments."""
        yield from moment_problems(self.at, f"{where}.at")
        if self.until is not None:
            yield from moment_problems(self.until, f"{where}.until")


@dataclass(frozen=True)
class Treatment:
    """A procedure."""

    code: str
    at: str
    status: str = "completed"
    system: str = SNOMED

    def judge(self, where: str) -> Iterable[Problem]:
        """A moment."""
        yield from moment_problems(self.at, f"{where}.at")


@dataclass(frozen=True)
class Vaccine:
    """A vaccine that was given."""

    code: str
    at: str
    status: str = "completed"
    system: str = CVX

    def judge(self, where: str) -> Iterable[Problem]:
        """A moment."""
        yield from moment_problems(self.at, f"{where}.at")


@dataclass(frozen=True)
class Order:
    """A referral that another system sent off at `at`; `status` is how far it has come."""

    at: str
    code: str = "183519002"
    system: str = SNOMED
    service: str = "Referral to cardiology"
    status: str = "sent"
    priority: str = "routine"

    def judge(self, where: str) -> Iterable[Problem]:
        """A moment."""
        yield from moment_problems(self.at, f"{where}.at")


@dataclass(frozen=True)
class Report:
    """A report of tests or imaging; `answers` the referral that was written last."""

    code: str
    at: str
    status: str = "final"
    severity: str | None = None
    answers: bool = False
    system: str = LOINC

    def judge(self, where: str) -> Iterable[Problem]:
        """A moment."""
        yield from moment_problems(self.at, f"{where}.at")


@dataclass(frozen=True)
class Test:
    """A test that was ordered, as another system keeps it."""

    at: str
    code: str
    category: str = "laboratory"
    system: str = LOINC

    def judge(self, where: str) -> Iterable[Problem]:
        """A moment."""
        yield from moment_problems(self.at, f"{where}.at")
