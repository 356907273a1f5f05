"""The link by which a patient answers an offer of a freed time. What it opens is the business of `access.links`."""

from __future__ import annotations

from journeys.foundation import links

LINK = "offer"
PATH = "/o/"


def offer_link_of(offer_id: int | None) -> str | None:
    """The link of an offer; None where the message is about none, or this installation has no address."""
    return None if offer_id is None else links.written(LINK, PATH, offer_id)
