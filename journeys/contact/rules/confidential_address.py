"""Who asked to be reached at one place is reached there and nowhere else."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, any_, func, not_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class ConfidentialAddress(Rule):
    """Fails at every number and address but those the patient named."""

    label = N_("Confidential communications")
    source = N_("45 CFR 164.522(b): reasonable requests are granted, and no reason is asked for")
    step = 3
    order = 3
    kind = "suppress"
    needs = ("telecom_id", "only_here")
    reasons = {
        "CONFIDENTIAL_COMMS_RULE": Reason(
            N_("The patient asked to be reached at another number or address only."),
            N_("Use the channel that the patient asked for."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """Another one than those named."""
        named = func.coalesce(func.cardinality(facts.only_here) > 0, False)
        here = func.coalesce(facts.telecom_id == any_(facts.only_here), False)
        return and_(named, not_(here))
