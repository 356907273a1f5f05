"""A phone on the screen: messages are shown in the portal, and nothing leaves the house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from journeys.contact.channels.base import Channel, Envelope, NoSettings, Outcome
from journeys.contact.media import MEDIA
from journeys.foundation.words import N_


class PhoneSimulator(Channel):
    """The row of the message is the delivery, so sending it again changes nothing."""

    label = N_("Phone simulator")
    medium = MEDIA["sms"]
    address_systems = ("sms", "phone")
    batch = 500
    repeatable = True

    @classmethod
    def of_house(cls, environment: Mapping[str, str]) -> NoSettings:
        """There is always one."""
        return NoSettings()

    def send(self, envelopes: Sequence[Envelope]) -> list[Outcome]:
        """Accept every envelope under the message's own uid."""
        return [Outcome(each.message_id, "accepted", reference=str(each.uid), delivered=True) for each in envelopes]
