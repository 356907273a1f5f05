"""Consent that somebody gave for the patient holds while that person may decide."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class Proxy(Rule):
    """Fails when the permission in force was given by somebody who may not decide, or may no more."""

    label = N_("Guardian or proxy")
    source = N_("45 CFR 164.502(g): personal representatives, within their authority")
    step = 3
    order = 2
    kind = "suppress"
    needs = ("consent_decision", "giver_authority", "giver_ended")
    reasons = {
        "PROXY_NOT_AUTHORISED": Reason(
            N_("The consent was given by somebody who may not decide for the patient."),
            N_("Ask the patient or their guardian, or record what that person may decide."),
        ),
        "PROXY_EXPIRED": Reason(
            N_("The consent was given by somebody who decides for the patient no more."),
            N_("Ask the patient, and record their own consent."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """Given by somebody else who may not."""
        may_not = or_(facts.giver_authority != "decides", facts.giver_ended)
        given = and_(facts.consent_decision == "permit", facts.giver_authority.is_not(None))
        return func.coalesce(and_(given, may_not), False)

    def reason(self, facts: Facts, parameters: Any) -> ColumnElement[str]:
        """Which of the two."""
        return case((facts.giver_ended, "PROXY_EXPIRED"), else_="PROXY_NOT_AUTHORISED")
