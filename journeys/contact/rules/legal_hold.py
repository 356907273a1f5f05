"""While a legal matter is open, nothing is sent that nobody ordered."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.marks import has_mark
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class LegalHold(Rule):
    """Fails while the record is under a legal hold."""

    label = N_("Legal hold")
    source = N_("Litigation holds: what is said to the patient goes through counsel")
    step = 2
    order = 3
    kind = "stop"
    needs = ("marks",)
    reasons = {
        "LEGAL_HOLD": Reason(
            N_("The record is under a legal hold."),
            N_("End the legal hold; whoever set it can say when."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """Held."""
        return has_mark(facts, "legal-hold")
