"""Waits until a rule holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, case, func, literal

from journeys.criteria.check import problems as rule_problems
from journeys.criteria.compile import condition
from journeys.flow.steps.base import Kinds, Rows, Step
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.focus import next_hour
from journeys.flow.text.kinds import KINDS
from journeys.flow.text.times import Duration, in_words, not_positive
from journeys.flow.words.reader import ENGLISH, Reader
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

HAPPENED = "happened"
TIMEOUT = "timeout"
AN_INSTANT = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class WaitUntil(Step):
    """Stays until its rule holds, or until its time is up.

    The rule is asked on arrival, after everything that happens to the patient, and as each of the patient's days
    begins: rules count in whole local days, so time alone changes nothing in between.
    """

    label: ClassVar[str] = N_("Wait until a rule holds")
    help: ClassVar[str] = N_("Waits until something is true of the patient, however it comes about.")
    icon: ClassVar[str] = "clock"
    reads: ClassVar[frozenset[str]] = frozenset({"*"})
    rests: ClassVar[bool] = True
    stays: ClassVar[bool] = True

    rule: dict[str, Any] = field(
        metadata={"label": N_("Rule"), "help": N_("What has to be true."), "editor_for": "rule"}
    )
    timeout: Duration = field(
        metadata={"label": N_("At the latest after"), "help": N_("When to go on although nothing happened.")}
    )

    def ports(self) -> tuple[str, ...]:
        """It holds, or it is too late."""
        return (HAPPENED, TIMEOUT)

    def shortest(self, port: str) -> dt.timedelta:
        """Nothing needs to be waited for, but for the time that is given."""
        return self.timeout.length() if port == TIMEOUT else dt.timedelta(0)

    def pauses(self, port: str) -> bool:
        """What holds may go on holding."""
        return port == TIMEOUT

    def waits_for(self, rows: Rows) -> Kinds:
        """Everything: a rule may read anything."""
        return tuple(KINDS)

    def exit(self, rows: Rows) -> ColumnElement[Any]:
        """What holds at the last moment still counts."""
        holds = condition(self.rule, rows.subject(), rows.known)
        return case((holds, HAPPENED), (rows.c.now >= self.at_the_latest(rows), TIMEOUT))

    def again(self, rows: Rows) -> ColumnElement[Any] | None:
        """As the patient's next day begins, at the latest when the time is up."""
        after_now = rows.c.now + literal(AN_INSTANT)
        return func.least(next_hour(rows.c.time_zone, after_now, "00:00"), self.at_the_latest(rows))

    def at_the_latest(self, rows: Rows) -> ColumnElement[Any]:
        """When its time is up."""
        return rows.c.step_entered_at + literal(self.timeout.length())

    def rules(self) -> Iterable[Mapping[str, Any]]:
        """The one."""
        return [self.rule]

    def problems(self, where: str, catalogue: Catalogue) -> Iterable[Problem]:
        """The rule is one, and there is time for it."""
        yield from rule_problems(self.rule, f"{where}.rule", catalogue.known, catalogue.focus)
        yield from not_positive(self.timeout, f"{where}.timeout")

    def sentence(self, reader: Reader = ENGLISH) -> str:
        """The rule as a sentence, and for how long."""
        words = reader.translate(N_("Wait until this holds, at most %(length)s: %(rule)s"))
        rule = reader.rule(self.rule)
        return words % {"length": in_words(self.timeout, reader.translate), "rule": rule}
