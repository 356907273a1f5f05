"""A patient who does not want such messages gets none, from the moment at which they say so."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, func

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class OptedOut(Rule):
    """Fails when the newest statement in force refuses; for purposes that need no permission too."""

    label = N_("Refusals")
    source = N_("47 CFR 64.1200(a)(10): by any reasonable means, and here at once; GDPR 7(3) and 21")
    step = 6
    kind = "suppress"
    needs = ("consent_decision", "consent_purpose", "consent_channel")
    reasons = {
        "OPTED_OUT_ALL": Reason(
            N_("The patient does not want any messages."),
            N_("Only the patient can change this, by giving consent again."),
        ),
        "OPTED_OUT_CHANNEL": Reason(
            N_("The patient does not want messages on this channel."),
            N_("Use another channel; only the patient can change this."),
        ),
        "OPTED_OUT_CATEGORY": Reason(
            N_("The patient does not want messages of this purpose."),
            N_("Only the patient can change this, by giving consent again."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """Refused."""
        return is_refused(facts)

    def reason(self, facts: Facts, parameters: Any) -> ColumnElement[str]:
        """What was refused."""
        return what_is_refused(facts)


def is_refused(facts: Facts) -> ColumnElement[bool]:
    """SQL: whether the newest statement refuses."""
    return func.coalesce(facts.consent_decision == "deny", False)


def what_is_refused(facts: Facts) -> ColumnElement[str]:
    """SQL: the reason code of a refusal, by what it names."""
    return case(
        (facts.consent_purpose.is_not(None), "OPTED_OUT_CATEGORY"),
        (facts.consent_channel.is_not(None), "OPTED_OUT_CHANNEL"),
        else_="OPTED_OUT_ALL",
    )
