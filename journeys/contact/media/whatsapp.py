"""WhatsApp."""

from __future__ import annotations

from journeys.contact.media.base import Medium
from journeys.foundation.words import N_


class Whatsapp(Medium):
    """Meta signs no agreement, wants no health information, and lets free text through for a day after an answer."""

    one = N_("WhatsApp message")
    many = N_("WhatsApp messages")
    icon = "message"
    order = 3
    forbids_health = True
    has_agreement = False
    needs_mobile = True
    has_window = True
