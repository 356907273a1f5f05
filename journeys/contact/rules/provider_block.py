"""What the provider blocks does not arrive, and trying again harms the sender."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.marks import has_mark
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class ProviderBlock(Rule):
    """Fails while the provider says that the patient has stopped messages of ours."""

    label = N_("Blocked by the provider")
    source = N_("Twilio error 21610: the recipient has replied STOP to this sender")
    step = 6
    order = 3
    kind = "suppress"
    needs = ("marks",)
    reasons = {
        "PROVIDER_BLOCKLIST": Reason(
            N_("The provider blocks our messages, because the patient has stopped them there."),
            N_("Only the patient can change this, by sending START to the same number."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """Blocked."""
        return has_mark(facts, "provider-block")
