"""The installation must be able to send on this channel."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, not_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class ChannelReady(Rule):
    """Fails when no channel of this installation speaks what the ladder asks for."""

    label = N_("Channel ready")
    source = N_("A message is only planned where it can be sent")
    step = 9
    kind = "suppress"
    needs = ("channel_ready",)
    reasons = {
        "SENDER_NOT_REGISTERED": Reason(
            N_("This channel is not set up."),
            N_("Set the channel up, or use another one."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """Not set up here."""
        return not_(facts.channel_ready)
