"""What a person has stopped sends nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.local_time import while_useful
from journeys.contact.deciding.reasons import KILL_SWITCH, Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_
from journeys.foundation.zones import minutes


class KillSwitch(Rule):
    """Puts a message off while somebody has stopped the channel, or every channel.

    It is looked at again when the channel goes on, else an hour later. What was released before waits as it is.
    """

    label = N_("Channel stopped")
    source = N_("Whoever stops a channel stops all that would leave on it")
    step = 0
    order = 1
    kind = "defer"
    before_sending = False
    needs = ("now", "useful_until", "channel_stopped")
    reasons = {
        KILL_SWITCH: Reason(
            N_("A person has stopped this channel, or all channels."),
            N_("Let the channel go on; the message is then decided anew."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """Stopped."""
        return facts.channel_stopped

    def until(self, facts: Facts, parameters: Any) -> ColumnElement[dt.datetime]:
        """An hour later, or the end of its use when that comes first."""
        return while_useful(facts, facts.now + minutes(60))
