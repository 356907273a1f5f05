"""Parts enrolments by chance, each patient always the same way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, case

from journeys.criteria.compile import condition
from journeys.flow.steps.base import Rows, Step
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.words.names import without_hyphens
from journeys.flow.words.reader import ENGLISH, Reader
from journeys.foundation.errors import Problem
from journeys.foundation.ids import is_slug
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_

HOLDOUT = "holdout"
EVERYBODY = 100


@dataclass(frozen=True)
class Share:
    """One way out and how many of a hundred patients take it."""

    port: str = field(metadata={"label": N_("Way out"), "help": N_("A short code, for example friendly.")})
    name: Texts | None = field(
        default=None,
        kw_only=True,
        metadata={"label": N_("Name"), "help": N_("What people read for this way instead of its code.")},
    )
    percent: int = field(metadata={"label": N_("Percent"), "help": N_("How many of a hundred patients.")})

    def judge(self, where: str) -> Iterable[Problem]:
        """A short code other than `holdout`, and somebody."""
        if not is_slug(self.port) or self.port == HOLDOUT:
            yield Problem(f"{where}.port", N_("Use a short code other than holdout"))
        if not 1 <= self.percent <= EVERYBODY:
            yield Problem(f"{where}.percent", N_("Between 1 and 100"))


@dataclass(frozen=True)
class Experiment(Step):
    """Sends each patient one of several ways by a draw that is made once for ever.

    The draw is `random_number` of the rule language under the experiment's name: whoever comes again, or comes in
    another journey to an experiment of the same name and shares, goes the same way, and a rule can ask for the same
    number. Experiments of other names have nothing to do with it.
    """

    label: ClassVar[str] = N_("Experiment")
    help: ClassVar[str] = N_("Parts patients by chance, each always the same way; some can be held out.")
    icon: ClassVar[str] = "lab"
    reads: ClassVar[frozenset[str]] = frozenset({"patient"})

    draw: str = field(
        metadata={
            "label": N_("Name of the draw"),
            "help": N_("Experiments of the same name and shares part the patients the same way."),
        },
    )
    shares: tuple[Share, ...] = field(
        metadata={"label": N_("Ways"), "help": N_("Together with those held out they make a hundred percent.")},
    )
    held_out: int = field(
        default=0,
        metadata={
            "label": N_("Percent held out"),
            "help": N_("These leave by holdout, to compare with those who got something."),
        },
    )

    def ports(self) -> tuple[str, ...]:
        """One for each share, and `holdout` where somebody is held out."""
        ports = tuple(share.port for share in self.shares)
        return (*ports, HOLDOUT) if self.held_out else ports

    def exit(self, rows: Rows) -> ColumnElement[Any]:
        """The first share that the patient's number lies in; the last one takes what is left."""
        *others, (last, _) = self.ways()
        bounds = accumulate(percent for _, percent in others)
        subject = rows.subject()
        arms = [
            (condition(self.below(bound), subject, rows.known), port)
            for (port, _), bound in zip(others, bounds, strict=True)
        ]
        return case(*arms, else_=last)

    def below(self, bound: int) -> dict[str, Any]:
        """The rule that a patient's number lies below a bound."""
        return {"field": "random_number", "of": {"name": self.draw}, "is": "less_than", "value": bound}

    def problems(self, where: str, catalogue: Catalogue) -> Iterable[Problem]:
        """Two ways at least, each port once, a hundred percent altogether."""
        ports = self.ports()
        if not is_slug(self.draw):
            yield Problem(f"{where}.draw", N_("Use lower-case letters, digits and hyphens, for example recall-due"))
        if not 0 <= self.held_out < EVERYBODY:
            yield Problem(f"{where}.held_out", N_("Between 0 and 99"))
        if len(ports) < 2:
            yield Problem(f"{where}.shares", N_("Give at least two ways, counting those held out"))
        if len(set(ports)) < len(ports):
            yield Problem(f"{where}.shares", N_("Each way needs a way out of its own"))
        total = self.held_out + sum(share.percent for share in self.shares)
        if total != EVERYBODY:
            yield Problem(f"{where}.shares", N_("Together these are %(total)s percent, not 100"), {"total": total})

    def sentence(self, reader: Reader = ENGLISH) -> str:
        """The ways with their percentages."""
        ways = [f"{reader.part(share.name, share.port)} {share.percent}%" for share in self.shares]
        if self.held_out:
            ways.append(reader.translate(N_("held out %(percent)s%%")) % {"percent": self.held_out})
        words = reader.translate(N_("Experiment %(draw)s: %(ways)s"))
        return words % {"draw": without_hyphens(self.draw), "ways": ", ".join(ways)}

    def ways(self) -> Iterator[tuple[str, int]]:
        """(port, percent) of each, those held out last."""
        for share in self.shares:
            yield share.port, share.percent
        if self.held_out:
            yield HOLDOUT, self.held_out
