"""Letters."""

from __future__ import annotations

from journeys.contact.media.base import Medium
from journeys.foundation.words import N_


class Letter(Medium):
    """Opened by whoever lives there, under a seal that the law protects; it takes days."""

    one = N_("Letter")
    many = N_("Letters")
    icon = "mail"
    order = 6
    highest_level = 2
    has_subject = True
    takes_long = True
    address_wanted = N_("Give a postal address, a line for each of its lines")

    @classmethod
    def token(cls, address: str, region: str) -> tuple[str, bytes] | None:
        """Nobody is found by where they live: several do."""
        return None
