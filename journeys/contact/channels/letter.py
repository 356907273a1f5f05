"""Letters: they wait until staff make a batch of them, print it and post it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from journeys.contact.channels.base import Channel, Envelope, Outcome
from journeys.contact.media import MEDIA
from journeys.foundation.words import N_


@dataclass(frozen=True)
class Settings:
    """Who writes, and on what."""

    sender: str = field(
        metadata={
            "label": N_("Sender"),
            "help": N_("One line above the address: the clinic, its street and town."),
            "required": True,
        }
    )
    paper: Literal["A4", "letter"] = field(
        default="A4",
        metadata={"label": N_("Paper"), "choices": (("A4", N_("A4")), ("letter", N_("US Letter")))},
    )


class Letter(Channel):
    """Letters wait until staff make a batch of them: only then are they judged once more and said. They count as taken
    with the batch, and as sent when it is marked posted."""

    label = N_("Letters")
    medium = MEDIA["letter"]
    address_systems = ("postal",)
    batch = 100
    repeatable = True
    is_by_hand = True
    Settings = Settings

    def send(self, envelopes: Sequence[Envelope]) -> list[Outcome]:
        """Take every letter under the message's own uid."""
        return [Outcome(each.message_id, "accepted", reference=str(each.uid)) for each in envelopes]
