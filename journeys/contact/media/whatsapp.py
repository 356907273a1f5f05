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
    register = N_("Templates at Meta")
    registered_as = r"[a-z0-9_]{1,512}"
    number_wanted = N_("Give the template's name at Meta: small letters, digits and _")
