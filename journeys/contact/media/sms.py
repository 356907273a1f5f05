"""Text messages to mobile phones."""

from __future__ import annotations

from journeys.contact.media.base import Medium
from journeys.foundation.words import N_


class Sms(Medium):
    """Read on a locked screen by whoever stands near, so that it says when and where and no more."""

    one = N_("Text message")
    many = N_("Text messages")
    icon = "message"
    order = 1
    is_usual = True
    highest_level = 1
    accepts_risk = True
    is_call = True
    needs_mobile = True
    counts_parts = True
    register = N_("India's register of texts (DLT)")
    registered_as = r"\d{19}"
    number_wanted = N_("Give the template's 19 digits, as the register shows them")
