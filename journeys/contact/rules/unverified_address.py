"""What was typed by nobody known may be a stranger's."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class UnverifiedAddress(Rule):
    """Fails at a number or address that nobody has shown to be the patient's."""

    label = N_("Unverified address")
    source = N_("Reassigned and mistyped numbers reach strangers; FCC reassigned numbers database")
    step = 4
    order = 1
    kind = "suppress"
    needs = ("telecom_status",)
    reasons = {
        "ADDRESS_UNVERIFIED": Reason(
            N_("Nobody has shown that this number or address is the patient's."),
            N_("Ask the patient to confirm it, and say so in the record."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """Not verified."""
        return func.coalesce(facts.telecom_status == "unverified", False)
