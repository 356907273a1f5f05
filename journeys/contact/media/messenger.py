"""Messenger."""

from __future__ import annotations

from journeys.contact.media.base import Medium
from journeys.foundation.tokens import identifier_token
from journeys.foundation.words import N_

SCHEME = "messenger:"
"""What stands before the name by which Meta knows somebody on one page; patients' numbers have no such thing."""


class Messenger(Medium):
    """Meta signs no agreement, wants no health information, and lets a page write for a day after an answer."""

    one = N_("Messenger message")
    many = N_("Messenger messages")
    icon = "message"
    order = 5
    forbids_health = True
    has_agreement = False
    has_window = True
    address_wanted = N_("Give messenger: and the number by which Meta knows the person on your page")

    @classmethod
    def token(cls, address: str, region: str) -> tuple[str, bytes] | None:
        """A name that Meta gave, whole."""
        name = address.removeprefix(SCHEME)
        return identifier_token(address) if address.startswith(SCHEME) and name.isdecimal() else None
