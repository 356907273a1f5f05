"""Plans a message; the contact room decides whether, when and on which channel it goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import literal

from journeys.flow.catalogue import Catalogue
from journeys.flow.messages import channel_problems, planned, planning
from journeys.flow.reader import ENGLISH, Reader
from journeys.flow.steps.base import Change, Rows, Step
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_


@dataclass(frozen=True)
class SendMessage(Step):
    """Writes a planned message for each enrolment: the template's version as published, purpose, useful until when.

    The message is planned, not sent: consent, quiet hours and caps are judged when it is released, and what is held is
    kept with its reasons. The journey goes on at once; a wait for the answer is a step of its own.
    """

    label: ClassVar[str] = N_("Send a message")
    help: ClassVar[str] = N_("Plans a message to the patient. Contact rules decide when it goes, and on which channel.")
    writes: ClassVar[frozenset[str]] = frozenset({"message"})
    contacts: ClassVar[int] = 1

    template: str = field(
        metadata={"label": N_("Template"), "help": N_("What the message says."), "source": "template"},
    )
    channels: tuple[str, ...] = field(
        default=(),
        metadata={
            "label": N_("Channels"),
            "help": N_("In which order to try them; empty means the organisation's own order."),
            "source": "channel",
        },
    )
    useful_for_days: int | None = field(
        default=None,
        metadata={
            "label": N_("Useful for days"),
            "help": N_("A message that could not go within these days is held for good."),
        },
    )

    def inserts(self, rows: Rows) -> list[Change]:
        """One planned message."""
        more: dict[str, Any] = {}
        if self.useful_for_days is not None:
            more["useful_until"] = rows.c.now + literal(dt.timedelta(days=self.useful_for_days))
        return [planning(planned(rows, self.template, self.channels, **more))]

    def problems(self, where: str, catalogue: Catalogue) -> Iterable[Problem]:
        """A message is useful for at least a day, and each rung is another channel."""
        if self.useful_for_days is not None and not 1 <= self.useful_for_days <= 366:
            yield Problem(f"{where}.useful_for_days", N_("Between 1 and 366 days"))
        yield from channel_problems(self.channels, where)

    def sentence(self, reader: Reader = ENGLISH) -> str:
        """Which template, on which channels."""
        if not self.channels:
            return reader.translate(N_("Send the message %(template)s")) % {"template": self.template}
        listed = ", ".join(self.channels)
        words = reader.translate(N_("Send the message %(template)s by %(channels)s"))
        return words % {"template": self.template, "channels": listed}
