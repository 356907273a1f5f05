"""The chat on the clinic's own website."""

from __future__ import annotations

import datetime as dt

from journeys.contact.media.base import Medium
from journeys.foundation.tokens import identifier_token
from journeys.foundation.words import N_

SCHEME = "chat:"
"""What stands before the name of one visit; patients' numbers have no such thing."""


class Chat(Medium):
    """Nobody stands between the clinic and the page, but that who writes is the patient rests on a number and a birth
    date: it says when and where and no more. Whoever leaves the page has ended it."""

    one = N_("Message in the chat")
    many = N_("Messages in the chat")
    icon = "message"
    order = 55
    highest_level = 1
    carries_way_out = True
    lasts = dt.timedelta(days=1)
    address_wanted = N_("A chat has no address of its own: it is answered while the visitor's page is open")

    @classmethod
    def token(cls, address: str, region: str) -> tuple[str, bytes] | None:
        """The name of a visit, whole."""
        return identifier_token(address) if address.startswith(SCHEME) and address[len(SCHEME) :].isalnum() else None
