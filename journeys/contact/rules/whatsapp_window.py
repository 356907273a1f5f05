"""Some networks let a text of one's own through for a day after the patient wrote; later only an approved template."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.network_window import WINDOW_FACTS, is_closed
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class WhatsappWindow(Rule):
    """Fails for a text of the message's own when the patient last wrote 24 hours ago or longer, or never."""

    label = N_("The network's day")
    source = N_("Policies of WhatsApp Business and Messenger: free text within 24 hours of the patient's last message")
    step = 9
    order = 1
    kind = "suppress"
    needs = (*WINDOW_FACTS, "template_purpose")
    reasons = {
        "WA_WINDOW_CLOSED": Reason(
            N_("The patient has not written on this channel in the last 24 hours."),
            N_("Use an approved template, another channel, or wait until the patient writes."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """No template, and no day left."""
        return and_(facts.template_purpose.is_(None), is_closed(facts))
