"""The end of a journey."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, literal

from journeys.flow.steps.base import Rows, Step
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.words.names import ENDINGS
from journeys.flow.words.reader import ENGLISH, Reader
from journeys.foundation.errors import Problem
from journeys.foundation.ids import is_slug
from journeys.foundation.words import N_


@dataclass(frozen=True)
class End(Step):
    """Ends the enrolment as completed. The reason is a short code that lists and figures count."""

    label: ClassVar[str] = N_("End")
    help: ClassVar[str] = N_("The journey ends here.")
    icon: ClassVar[str] = "goal"

    reason: str = field(
        default="completed",
        metadata={"label": N_("Reason"), "help": N_("A short code that figures count, for example booked.")},
    )

    @property
    def ends_with(self) -> str | None:
        """The reason."""
        return self.reason

    def ports(self) -> tuple[str, ...]:
        """None: nothing follows."""
        return ()

    def exit(self, rows: Rows) -> ColumnElement[Any]:
        """The history says `end`."""
        return literal("end")

    def problems(self, where: str, catalogue: Catalogue) -> Iterable[Problem]:
        """A reason is a code, and not one that exits and goals use."""
        if not is_slug(self.reason):
            yield Problem(f"{where}.reason", N_("Use lower-case letters, digits and hyphens, for example recall-due"))

    def sentence(self, reader: Reader = ENGLISH) -> str:
        """With which reason."""
        return reader.translate(N_("The journey ends: %(reason)s")) % {"reason": reader.word(self.reason, ENDINGS)}
