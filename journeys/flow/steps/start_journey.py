"""Begins another journey for the patient."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from journeys.flow.running.asking import ASKED, WRITTEN, asks
from journeys.flow.steps.base import Change, Insert, Rows, Step, mine
from journeys.flow.words.reader import ENGLISH, Reader
from journeys.foundation.words import N_
from journeys.store.journey_requests import START, JourneyRequest
from journeys.store.putting_in_force.definitions import JOURNEY


@dataclass(frozen=True)
class StartJourney(Step):
    """Lets the patient into another journey, in the version that is in force then, and goes on at once.

    The other journey decides: its rule of coming in again, its goals and exits hold, its segment or event is not asked
    for. A journey about the same kind of records is begun about the same record. Who is not let in stays out, and
    nothing else happens.
    """

    label: ClassVar[str] = N_("Start a journey")
    help: ClassVar[str] = N_("Begins another journey for the patient and goes on at once.")
    icon: ClassVar[str] = "play"
    writes: ClassVar[frozenset[str]] = WRITTEN

    journey: str = field(
        metadata={
            "label": N_("Journey"),
            "help": N_("Which one begins; its own rule of coming in again holds."),
            "source": "journey",
        },
    )

    def inserts(self, rows: Rows) -> list[Change]:
        """The row that asks."""
        is_new = mine(rows, JourneyRequest.id).is_(None)
        return [Insert(JourneyRequest, asks(rows, START, self.journey), where=is_new, emits=ASKED)]

    def sentence(self, reader: Reader = ENGLISH) -> str:
        """Which one."""
        words = reader.translate(N_("Start the journey “%(journey)s”"))
        return words % {"journey": reader.named(JOURNEY, self.journey)}
