"""Parts enrolments by rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, case

from journeys.criteria.check import problems as rule_problems
from journeys.criteria.compile import condition
from journeys.flow.steps.base import Rows, Step
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.words.reader import ENGLISH, Reader
from journeys.foundation.errors import Problem
from journeys.foundation.ids import is_slug
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_

OTHERWISE = "otherwise"


@dataclass(frozen=True)
class Arm:
    """One way out and the rule that opens it."""

    port: str = field(metadata={"label": N_("Way out"), "help": N_("A short code, for example high-risk.")})
    name: Texts | None = field(
        default=None,
        kw_only=True,
        metadata={"label": N_("Name"), "help": N_("What people read for this way instead of its code.")},
    )
    rule: dict[str, Any] = field(metadata={"label": N_("Rule"), "help": N_("Who goes this way."), "editor_for": "rule"})

    def judge(self, where: str) -> Iterable[Problem]:
        """A short code other than `otherwise`."""
        if not is_slug(self.port) or self.port == OTHERWISE:
            yield Problem(f"{where}.port", N_("Use a short code other than otherwise"))


@dataclass(frozen=True)
class Branch(Step):
    """Sends each enrolment the first way whose rule holds now, and by `otherwise` where none does.

    A rule on an unknown fact does not hold.
    """

    label: ClassVar[str] = N_("Branch")
    help: ClassVar[str] = N_("Parts patients by rules; the first rule that holds decides.")
    icon: ClassVar[str] = "branch"
    reads: ClassVar[frozenset[str]] = frozenset({"*"})

    branches: tuple[Arm, ...] = field(
        metadata={"label": N_("Branches"), "help": N_("Tried in this order.")},
    )

    def ports(self) -> tuple[str, ...]:
        """One for each rule, and `otherwise`."""
        return (*(arm.port for arm in self.branches), OTHERWISE)

    def exit(self, rows: Rows) -> ColumnElement[Any]:
        """The first rule that holds."""
        subject = rows.subject()
        arms = [(condition(arm.rule, subject, rows.known), arm.port) for arm in self.branches]
        return case(*arms, else_=OTHERWISE)

    def rules(self) -> Iterable[Mapping[str, Any]]:
        """One for each branch."""
        return [arm.rule for arm in self.branches]

    def problems(self, where: str, catalogue: Catalogue) -> Iterable[Problem]:
        """Every rule is a rule, each port once."""
        ports = [arm.port for arm in self.branches]
        if not ports:
            yield Problem(f"{where}.branches", N_("Give at least one branch"))
        if len(set(ports)) < len(ports):
            yield Problem(f"{where}.branches", N_("Each branch needs a way out of its own"))
        for number, arm in enumerate(self.branches):
            yield from rule_problems(arm.rule, f"{where}.branches.{number}.rule", catalogue.known, catalogue.focus)

    def sentence(self, reader: Reader = ENGLISH) -> str:
        """The rules as sentences."""
        arms = [f"{reader.part(arm.name, arm.port)}: {reader.rule(arm.rule)}" for arm in self.branches]
        return reader.translate(N_("Branch: %(rules)s")) % {"rules": "; ".join(arms)}
