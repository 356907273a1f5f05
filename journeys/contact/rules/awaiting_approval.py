"""A text that the network has been asked to approve waits for its answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, and_, func

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.local_time import days, while_useful
from journeys.contact.deciding.network_window import WINDOW_FACTS, is_closed
from journeys.contact.deciding.reasons import AWAITING_APPROVAL, Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_
from journeys.store.text_registrations import ASKED


class AwaitingApproval(Rule):
    """Puts a message off while the network's day is over and it has not answered whether it approves the text.

    It is looked at again when the answer is written down, else a day later; another channel of its ladder may take it
    meanwhile. The account's template for everything is no way round an answer that is still to come.
    """

    label = N_("Waiting for the network's approval")
    source = N_("Policies of WhatsApp Business: only an approved template opens a conversation")
    step = 9
    order = 5
    kind = "defer"
    needs = (*WINDOW_FACTS, "useful_until", "template_purpose", "registration")
    reasons = {
        AWAITING_APPROVAL: Reason(
            N_("The network has not answered yet whether it approves this text."),
            N_("Write its answer down beside the template, or use another channel; the message is then decided anew."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """Asked, and not answered."""
        is_asked = func.coalesce(facts.registration == ASKED, False)
        return and_(facts.template_purpose.is_not(None), is_closed(facts), is_asked)

    def until(self, facts: Facts, parameters: Any) -> ColumnElement[dt.datetime]:
        """A day later, or the end of its use when that comes first."""
        return while_useful(facts, facts.now + days(1))
