"""Some networks let a text of one's own through for a day after the patient wrote; later only an approved template."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, func

from journeys.contact.columns import Facts
from journeys.contact.local_time import days
from journeys.contact.media import media_that
from journeys.contact.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_

WITH_WINDOW = media_that(lambda medium: medium.has_window)


class WhatsappWindow(Rule):
    """Fails for a text of the message's own when the patient last wrote 24 hours ago or longer, or never."""

    label = N_("The network's day")
    source = N_("Policies of WhatsApp Business and Messenger: free text within 24 hours of the patient's last message")
    step = 9
    order = 1
    kind = "suppress"
    needs = ("speaks", "now", "template_purpose", "last_inbound_at")
    reasons = {
        "WA_WINDOW_CLOSED": Reason(
            N_("The patient has not written on this channel in the last 24 hours."),
            N_("Use an approved template, another channel, or wait until the patient writes."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """No template, and no day left."""
        return and_(facts.speaks.in_(WITH_WINDOW), facts.template_purpose.is_(None), is_closed(facts))


def is_closed(facts: Facts) -> ColumnElement[bool]:
    """SQL: whether the patient's last word here is a day old or older, or there is none."""
    return ~func.coalesce(facts.now < facts.last_inbound_at + days(1), False)
