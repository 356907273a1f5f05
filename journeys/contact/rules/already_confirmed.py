"""Who has said yes is not asked once more."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, func

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class AlreadyConfirmed(Rule):
    """Fails when a text asks to confirm a visit that was confirmed after the message was planned."""

    label = N_("Already confirmed")
    source = N_("Clinic policy: an answer ends the asking")
    step = 10
    order = 2
    kind = "suppress"
    needs = ("asks_to_confirm", "planned_at", "focus_confirmed_at")
    reasons = {
        "ALREADY_CONFIRMED": Reason(
            N_("The patient has confirmed the visit already."),
            N_("Nothing; the question is answered."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """Confirmed since."""
        return func.coalesce(and_(facts.asks_to_confirm, facts.focus_confirmed_at >= facts.planned_at), False)
