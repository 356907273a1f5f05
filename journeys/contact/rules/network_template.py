"""Whoever writes first on some networks needs a template that the network has approved."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.network_window import WINDOW_FACTS, is_closed
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_
from journeys.store.text_registrations import REJECTED, WITHDRAWN


class NetworkTemplate(Rule):
    """Fails for a template of the house when the network's day is over and none of the network's can be used: it was
    rejected or withdrawn there, or was never asked about and the account names none for everything."""

    label = N_("The network's template")
    source = N_("Policies of WhatsApp Business and Messenger: an approved template opens a conversation")
    step = 9
    order = 2
    kind = "suppress"
    needs = (*WINDOW_FACTS, "template_purpose", "channel_begins", "registration")
    reasons = {
        "WA_TEMPLATE_REQUIRED": Reason(
            N_("The patient has not written within 24 hours, and the network has approved no template for this text."),
            N_("Have the text approved there, name a template in the account, or wait until the patient writes."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """No day left, and no template of the network to begin with."""
        is_refused = func.coalesce(facts.registration.in_((REJECTED, WITHDRAWN)), False)
        has_none = and_(facts.registration.is_(None), not_(facts.channel_begins))
        return and_(facts.template_purpose.is_not(None), is_closed(facts), or_(is_refused, has_none))
