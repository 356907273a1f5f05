"""E-mail."""

from __future__ import annotations

from journeys.contact.media.base import Medium
from journeys.foundation.tokens import email_token
from journeys.foundation.words import N_


class Email(Medium):
    """Opened by one person, mostly, and kept by several servers on its way."""

    one = N_("E-mail")
    many = N_("E-mails")
    icon = "mail"
    order = 2
    is_usual = True
    highest_level = 2
    accepts_risk = True
    has_subject = True
    takes_long = True
    carries_way_out = True
    address_wanted = N_("Give an e-mail address")

    @classmethod
    def token(cls, address: str, region: str) -> tuple[str, bytes] | None:
        """Found by the address, however it is capitalised."""
        return email_token(address)
