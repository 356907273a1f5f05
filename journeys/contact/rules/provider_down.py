"""What would only wait for a provider that is down goes another way, or waits here."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.local_time import while_useful
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class ProviderDown(Rule):
    """Puts a message off while its channel is left alone after failures in a row; another channel of its ladder may
    take it meanwhile."""

    label = N_("Provider down")
    source = N_("A provider that fails again and again is left alone for some minutes")
    step = 9
    order = 3
    kind = "defer"
    before_sending = False
    needs = ("now", "useful_until", "channel_down_until")
    reasons = {
        "PROVIDER_DOWN": Reason(
            N_("The provider of this channel does not take messages at the moment."),
            N_("Nothing: it is tried again after some minutes. What fails stands on the channel's own page."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """Left alone."""
        return facts.channel_down_until.is_not(None)

    def until(self, facts: Facts, parameters: Any) -> ColumnElement[dt.datetime]:
        """When it is tried again, or the end of the message's use when that comes first."""
        return while_useful(facts, facts.channel_down_until)
