"""The clinic's own website."""

from __future__ import annotations

from journeys.contact.media.base import Medium
from journeys.foundation.tokens import email_token, phone_token
from journeys.foundation.words import N_


class Web(Medium):
    """Whoever leaves the page has ended it. What visitors type as their number or address proves nothing by itself."""

    one = N_("Message on the website")
    many = N_("Messages on the website")
    icon = "inbox"
    order = 60
    carries_way_out = True
    address_wanted = N_("Nothing is sent to the website by an address")

    @classmethod
    def token(cls, address: str, region: str) -> tuple[str, bytes] | None:
        """The number or e-mail address that a visitor gave."""
        return email_token(address) if "@" in address else phone_token(address, region)
