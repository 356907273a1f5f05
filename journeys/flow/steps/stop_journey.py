"""Takes the patient out of another journey."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from journeys.flow.running.asking import ASKED, WRITTEN, asks
from journeys.flow.steps.base import Change, Insert, Rows, Step, mine
from journeys.flow.words.reader import ENGLISH, Reader
from journeys.foundation.words import N_
from journeys.store.journey_requests import STOP, JourneyRequest
from journeys.store.putting_in_force.definitions import JOURNEY


@dataclass(frozen=True)
class StopJourney(Step):
    """Ends every enrolment of the patient in another journey, whatever its version and record, and goes on at once.

    What that journey has asked for and is not done yet is taken back: open tasks, queued messages.
    """

    label: ClassVar[str] = N_("Stop a journey")
    help: ClassVar[str] = N_("Takes the patient out of another journey and goes on at once.")
    icon: ClassVar[str] = "stop"
    writes: ClassVar[frozenset[str]] = WRITTEN | {"task", "message"}

    journey: str = field(
        metadata={
            "label": N_("Journey"),
            "help": N_("Which one ends; its open tasks and queued messages are taken back."),
            "source": "journey",
        },
    )

    def inserts(self, rows: Rows) -> list[Change]:
        """The row that asks."""
        is_new = mine(rows, JourneyRequest.id).is_(None)
        return [Insert(JourneyRequest, asks(rows, STOP, self.journey), where=is_new, emits=ASKED)]

    def sentence(self, reader: Reader = ENGLISH) -> str:
        """Which one."""
        return reader.translate(N_("Stop the journey “%(journey)s”")) % {"journey": reader.named(JOURNEY, self.journey)}
