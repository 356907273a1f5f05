"""A form on the clinic's website: visitors write by it, and nothing leaves the house."""

from __future__ import annotations

from journeys.contact.channels.base import Channel, Envelope, Outcome
from journeys.contact.media import MEDIA
from journeys.foundation.words import N_


class WebForm(Channel):
    """Forms are data (`contact.forms`), with a door of their own; who wrote is whoever that door is sure of."""

    label = N_("Form on the website")
    medium = MEDIA["web"]
    address_systems = ()
    sends = False
    knows_by_address = False
    has_page = True
    errors = {"no way out": N_("Nothing can be sent to a form: use another channel.")}

    def send_one(self, envelope: Envelope) -> Outcome:
        """Nothing leaves."""
        return Outcome(envelope.message_id, "refused", permanent=True, error="no way out")
