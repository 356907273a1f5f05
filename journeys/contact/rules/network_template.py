"""Whoever writes first on some networks needs a template that the network has approved."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, not_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.network_window import WINDOW_FACTS, is_closed
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class NetworkTemplate(Rule):
    """Fails for a template of the house when the network's day is over and the account names no template there."""

    label = N_("The network's template")
    source = N_("Policies of WhatsApp Business and Messenger: an approved template opens a conversation")
    step = 9
    order = 2
    kind = "suppress"
    needs = (*WINDOW_FACTS, "template_purpose", "channel_begins")
    reasons = {
        "WA_TEMPLATE_REQUIRED": Reason(
            N_("The patient has not written within 24 hours, and the channel's account names no approved template."),
            N_("Name the network's template in the account, use another channel, or wait until the patient writes."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """No day left, and no template of the network to begin with."""
        return and_(facts.template_purpose.is_not(None), is_closed(facts), not_(facts.channel_begins))
