"""The chat on the clinic's website: visitors write on a page of the portal, and read there what staff answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from journeys.contact.channels.base import Channel, Envelope, Outcome
from journeys.contact.forms.check import sites_problems
from journeys.contact.media import MEDIA
from journeys.contact.media.chat import SCHEME
from journeys.foundation.errors import Problem
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_

LONGEST_SAID = 1000
"""Characters of what stands above the talk."""


@dataclass(frozen=True)
class Settings:
    """Where it may stand, and what it says before anybody answers."""

    sites: tuple[str, ...] = field(
        default=(),
        metadata={
            "label": N_("Sites that may show it"),
            "help": N_("One a line, as https://www.example.org. None of them while it is being tried out."),
        },
    )
    greeting: Texts = field(
        default_factory=dict,
        metadata={
            "label": N_("Greeting"),
            "help": N_("The chat is offered in the languages in which it greets."),
            "rows": 2,
        },
    )
    hours: Texts = field(
        default_factory=dict,
        metadata={
            "label": N_("When somebody answers"),
            "help": N_("For example: Monday to Friday, 8 to 5."),
            "rows": 2,
        },
    )


class WebChat(Channel):
    """The row of the message is the delivery, so sending it again changes nothing; the page of the visit that it is
    addressed to shows it."""

    label = N_("Chat on the website")
    medium = MEDIA["chat"]
    address_systems = ("url",)
    batch = 500
    repeatable = True
    has_page = True
    tries_by_address = False
    errors = {"no chat": N_("The address is none of a chat: only a visitor who wrote there can be answered.")}
    Settings = Settings

    def send(self, envelopes: Sequence[Envelope]) -> Iterator[Outcome]:
        """Accept every envelope to a visit under the message's own uid."""
        for each in envelopes:
            if each.address.startswith(SCHEME):
                yield Outcome(each.message_id, "accepted", reference=str(each.uid), delivered=True)
            else:
                yield Outcome(each.message_id, "refused", permanent=True, error="no chat")

    @classmethod
    def settings_problems(cls, settings: Any) -> Iterator[Problem]:
        """Sites that are none, and texts that are too long for the head of a page."""
        yield from sites_problems(list(settings.sites))
        for part in ("greeting", "hours"):
            if any(len(text) > LONGEST_SAID for text in getattr(settings, part).values()):
                yield Problem(part, N_("At most %(most)s characters"), {"most": LONGEST_SAID})
