"""The day that some networks give after a patient's last word, in which a text of one's own may go."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.local_time import days
from journeys.contact.media import media_that

WITH_WINDOW = media_that(lambda medium: medium.has_window)

WINDOW_FACTS = ("speaks", "now", "last_inbound_at")
"""What a rule that asks for the window names in `needs`."""


def is_closed(facts: Facts) -> ColumnElement[bool]:
    """SQL: whether the network knows such a day, and they wrote no word within it."""
    open_now = func.coalesce(facts.now < facts.last_inbound_at + days(1), False)
    return and_(facts.speaks.in_(WITH_WINDOW), ~open_now)
