"""Consent by form counts when the address has confirmed it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.marks import has_mark
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class DoubleOptIn(Rule):
    """Fails while a confirmation is awaited."""

    label = N_("Double opt-in")
    source = N_("GDPR 7(1): the consent must be shown; German courts ask for double opt-in")
    step = 7
    order = 1
    kind = "suppress"
    needs = ("marks",)
    reasons = {
        "CONSENT_PENDING_DOUBLE_OPTIN": Reason(
            N_("The patient has not yet confirmed the consent by the link that was sent."),
            N_("Nothing; it goes when the patient confirms."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """Awaited."""
        return has_mark(facts, "double-opt-in-pending")
