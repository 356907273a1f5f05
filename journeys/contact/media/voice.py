"""Telephone calls."""

from __future__ import annotations

from journeys.contact.media.base import Medium
from journeys.foundation.words import N_


class Voice(Medium):
    """Spoken to whoever answers; of a machine its channels take care, which hears only who called."""

    one = N_("Phone call")
    many = N_("Phone calls")
    icon = "phone"
    order = 4
    highest_level = 1
    is_call = True
    carries_way_out = True
