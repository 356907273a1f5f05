"""Of two messages that say the same about the same, the newer one goes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class Superseded(Rule):
    """Fails when the same text about the same record was asked for again since."""

    label = N_("Superseded")
    source = N_("Clinic policy: the newest word is the one that counts")
    step = 10
    order = 1
    kind = "suppress"
    needs = ("superseded",)
    reasons = {
        "SUPERSEDED": Reason(
            N_("A newer message says the same about the same."),
            N_("Nothing; the newer one goes."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """Asked for again."""
        return func.coalesce(facts.superseded, False)
