"""Lets enrolments go round so many times, and no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, case, func, select

from journeys.flow.steps.base import Rows, Step
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.words.reader import ENGLISH, Reader
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.enrolments import EnrolmentHistory

AGAIN = "again"
ENOUGH = "enough"
MOST = 100


@dataclass(frozen=True)
class Repeat(Step):
    """Lets an enrolment leave by `again` so many times, then by `enough`.

    What it counts is the history of the enrolment at this very step, so a circle that leads over it has a limit
    whatever its other steps decide.
    """

    label: ClassVar[str] = N_("Repeat")
    help: ClassVar[str] = N_("Goes back so many times and no more, so that nobody goes round for ever.")
    icon: ClassVar[str] = "refresh"
    reads: ClassVar[frozenset[str]] = frozenset({"enrolment_history"})

    times: int = field(metadata={"label": N_("Times"), "help": N_("How many times a patient goes round again.")})

    def ports(self) -> tuple[str, ...]:
        """Once more, or no more."""
        return (AGAIN, ENOUGH)

    def is_limited(self, port: str) -> bool:
        """Going round again is."""
        return port == AGAIN

    def exit(self, rows: Rows) -> ColumnElement[Any]:
        """By how many times it was left to go round."""
        rounds = (
            select(func.count())
            .select_from(EnrolmentHistory)
            .where(
                EnrolmentHistory.enrolment_id == rows.c.enrolment_id,
                EnrolmentHistory.step == rows.c.step,
                EnrolmentHistory.port == AGAIN,
                # the history is kept by months: nothing of an enrolment is older than itself
                EnrolmentHistory.left_at >= rows.c.entered_at,
            )
            .correlate_except(EnrolmentHistory)
            .scalar_subquery()
        )
        return case((rounds < self.times, AGAIN), else_=ENOUGH)

    def problems(self, where: str, catalogue: Catalogue) -> Iterable[Problem]:
        """A number of rounds."""
        if not 1 <= self.times <= MOST:
            yield Problem(f"{where}.times", N_("Give a number from 1 to %(most)s"), {"most": MOST})

    def sentence(self, reader: Reader = ENGLISH) -> str:
        """How often."""
        return reader.translate(N_("Go round again, at most %(times)s times")) % {"times": self.times}
