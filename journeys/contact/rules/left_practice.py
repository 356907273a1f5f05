"""Who has left the practice is written to no more."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, not_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class LeftPractice(Rule):
    """Fails when the record is not active."""

    label = N_("Left the practice")
    source = N_("Shared policy: leaving the practice ends every journey")
    step = 2
    order = 5
    kind = "stop"
    needs = ("active",)
    reasons = {
        "PERSON_INACTIVE": Reason(
            N_("The patient has left the practice."),
            N_("Make the record active again."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """Not active."""
        return not_(facts.active)
