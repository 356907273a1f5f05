"""The format of a life, and everything that can be wrong with one."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from journeys.flow.packs.lives.facts import (
    Coded,
    Measured,
    Order,
    Planned,
    Report,
    Stay,
    Test,
    Treatment,
    Vaccine,
    Visit,
    day_problems,
    moment,
    moment_problems,
)
from journeys.flow.text.shapes import read_shape
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.ids import is_slug
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_
from journeys.foundation.zones import is_zone


@dataclass(frozen=True)
class Branch:
    """A branch, open on weekdays from 8 to 17 unless `hours` says otherwise (ISO weekday → stretches)."""

    slug: str = "main"
    time_zone: str = "America/New_York"
    phone: str = "+1 212 555 0100"
    hours: dict[str, Any] = field(
        default_factory=lambda: {str(day): [["08:00", "12:00"], ["13:00", "17:00"]] for day in range(1, 6)}
    )

    def judge(self, where: str) -> Iterable[Problem]:
        """A slug and a zone."""
        if not is_slug(self.slug):
            yield Problem(f"{where}.slug", N_("Use lower-case letters, digits and hyphens, for example recall-due"))
        if not is_zone(self.time_zone):
            yield Problem(f"{where}.time_zone", N_("There is no time zone %(zone)s"), {"zone": self.time_zone})


@dataclass(frozen=True)
class Agreement:
    """A statement of consent; without purpose or channel it is about every one."""

    decision: Literal["permit", "deny"] = "permit"
    purpose: Literal["transactional", "care", "experience", "promotional"] | None = None
    channel: str | None = None


@dataclass(frozen=True)
class Person:
    """Somebody and what is known of them before the first day. Without `consents` everything is agreed to."""

    person: str
    name: str
    birth_date: str | None = None
    gender: Literal["male", "female", "other", "unknown"] = "unknown"
    language: str | None = "en"
    time_zone: str | None = None
    branch: str = "main"
    phone: str | None = None
    email: str | None = None
    preferred_channel: str | None = None
    payer_class: Literal["self-pay", "insured", "public", "unknown"] = "unknown"
    consents: tuple[Agreement, ...] | None = None
    conditions: tuple[Coded, ...] = ()
    observations: tuple[Measured, ...] = ()
    activities: tuple[Planned, ...] = ()
    appointments: tuple[Visit, ...] = ()
    encounters: tuple[Stay, ...] = ()
    procedures: tuple[Treatment, ...] = ()
    immunizations: tuple[Vaccine, ...] = ()
    referrals: tuple[Order, ...] = ()
    tests: tuple[Test, ...] = ()

    def judge(self, where: str) -> Iterable[Problem]:
        """A day of birth and a zone that can be read."""
        yield from day_problems(self.birth_date, f"{where}.birth_date")
        if self.time_zone is not None and not is_zone(self.time_zone):
            yield Problem(f"{where}.time_zone", N_("There is no time zone %(zone)s"), {"zone": self.time_zone})


@dataclass(frozen=True)
class Completes:
    """Staff complete the one open task of a queue with an outcome."""

    queue: str
    outcome: str


@dataclass(frozen=True)
class Refers:
    """Staff write a referral and send it off, or leave it a draft."""

    service: str = "Cardiology"
    priority: Literal["routine", "urgent", "asap", "stat"] = "routine"
    draft: bool = False


@dataclass(frozen=True)
class Moves:
    """Staff move the newest referral to a state, with what that state asks for; `at` is when the appointment is."""

    to: str
    why: str | None = None
    note: str | None = None
    at: str | None = None

    def judge(self, where: str) -> Iterable[Problem]:
        """A moment."""
        if self.at is not None:
            yield from moment_problems(self.at, f"{where}.at")


DEEDS = (
    "answer",
    "complete",
    "book",
    "move",
    "cancel",
    "misses",
    "record",
    "condition",
    "encounter",
    "procedure",
    "immunization",
    "referral",
    "refer",
    "referral_to",
    "report",
    "finding",
    "result",
    "test_over",
    "withdraw",
    "dies",
)


@dataclass(frozen=True)
class Deed:
    """One thing that happens to a person: exactly one of the fields besides `person`.

    `move` is when the one visit that lies ahead is to be now; `cancel` calls it off; `misses` says of
    the one that has begun that nobody came. `finding` is how HL7 marks a
    finding that comes after the newest report, `result` what staff do about that report, `test_over` what a system
    says now of the newest test that was ordered.
    """

    person: str
    answer: str | None = None
    complete: Completes | None = None
    book: Visit | None = None
    move: str | None = None
    cancel: bool = False
    misses: bool = False
    record: Measured | None = None
    condition: Coded | None = None
    encounter: Stay | None = None
    procedure: Treatment | None = None
    immunization: Vaccine | None = None
    referral: Order | None = None
    refer: Refers | None = None
    referral_to: Moves | None = None
    report: Report | None = None
    finding: Literal["A", "H", "HH", "L", "LL"] | None = None
    result: Literal["acknowledged", "told"] | None = None
    test_over: Literal["completed", "revoked"] | None = None
    withdraw: Agreement | None = None
    dies: bool = False

    def judge(self, where: str) -> Iterable[Problem]:
        """Exactly one."""
        if len([name for name in DEEDS if getattr(self, name)]) != 1:
            yield Problem(where, N_("Write exactly one of: %(choices)s"), {"choices": ", ".join(DEEDS)})
        if self.move is not None:
            yield from moment_problems(self.move, f"{where}.move")


@dataclass(frozen=True)
class SeenMessage:
    """A message that was sent; what is not given is not looked at. `says` is a part of its text."""

    template: str
    channel: str | None = None
    language: str | None = None
    says: str | None = None


@dataclass(frozen=True)
class SeenTask:
    """An open task; what is not given is not looked at. The title is the English one, `due` a day at the branch."""

    queue: str
    title: str | None = None
    due: str | None = None
    priority: str | None = None


@dataclass(frozen=True)
class SeenDue:
    """What is due by a guideline: the status of the open occurrence; what is not given is not looked at."""

    guideline: str
    status: str
    due_on: str | None = None


@dataclass(frozen=True)
class Standing:
    """Where somebody stands in a journey: a step, a stage, or ended with a reason; `enrolled: false` is never in it."""

    slug: str
    step: str | None = None
    stage: str | None = None
    ended: str | None = None
    enrolled: bool = True


@dataclass(frozen=True)
class Expectation:
    """What is to be seen of one person; what is not given is not looked at.

    `held` gives a reason for each message, `referral` is the state of the newest one.
    """

    person: str
    messages: tuple[SeenMessage, ...] | None = None
    held: tuple[str, ...] | None = None
    tasks: tuple[SeenTask, ...] | None = None
    journey: Standing | None = None
    due: tuple[SeenDue, ...] | None = None
    referral: str | None = None


@dataclass(frozen=True)
class Day:
    """A moment, what happens then, what is to be seen after it."""

    at: str
    do: tuple[Deed, ...] = ()
    expect: tuple[Expectation, ...] = ()

    def judge(self, where: str) -> Iterable[Problem]:
        """A moment."""
        yield from moment_problems(self.at, f"{where}.at")

    @property
    def instant(self) -> dt.datetime:
        """The moment, of a day that was judged."""
        return moment(self.at) or dt.datetime.min.replace(tzinfo=dt.UTC)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The zone in which the moment is written."""
        return zoneinfo.ZoneInfo(self.at.rpartition(" ")[2])


@dataclass(frozen=True)
class Life:
    """A test: people, then days in order."""

    name: Texts
    people: tuple[Person, ...]
    days: tuple[Day, ...]
    format: int = 1
    description: Texts | None = None
    branches: tuple[Branch, ...] = (Branch(),)

    def judge(self, where: str) -> Iterable[Problem]:
        """Days follow each other; everybody and every branch that is named is there."""
        if self.format != 1:
            yield Problem("format", N_("The format must be %(format)s"), {"format": 1})
        if not self.people or not self.days:
            yield Problem("people", N_("A life needs people and days"))
        for place, (earlier, later) in enumerate(zip(self.days, self.days[1:], strict=False), start=1):
            if later.instant <= earlier.instant:
                yield Problem(f"days.{place}.at", N_("Each day comes after the one before"))
        yield from self.stranger_problems()

    def stranger_problems(self) -> Iterable[Problem]:
        """Names that stand for nobody."""
        people = [person.person for person in self.people]
        branches = {branch.slug for branch in self.branches}
        for place, person in enumerate(self.people):
            if person.branch not in branches:
                yield Problem(f"people.{place}.branch", N_("There is no branch %(slug)s"), {"slug": person.branch})
            if people.count(person.person) > 1:
                yield Problem(f"people.{place}.person", N_("%(name)s is there twice"), {"name": person.person})
        for place, day in enumerate(self.days):
            named = [(f"do.{number}", deed.person) for number, deed in enumerate(day.do)]
            named += [(f"expect.{number}", wanted.person) for number, wanted in enumerate(day.expect)]
            for part, name in named:
                if name not in people:
                    where = f"days.{place}.{part}.person"
                    yield Problem(where, N_("There is nobody called %(name)s"), {"name": name})


def life_problems(content: object) -> list[Problem]:
    """Everything that is wrong with a life."""
    return read_shape(Life, content, "")[1]


def read_life(content: object) -> Life:
    """The life that some content describes; Invalid with every problem."""
    life, problems = read_shape(Life, content, "")
    if life is None or problems:
        raise Invalid(problems)
    return life
