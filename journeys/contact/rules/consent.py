"""The patient agreed to be written to about this, on this channel, and has not taken it back."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, or_

from journeys.contact.columns import Facts
from journeys.contact.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.contact import PURPOSES


@dataclass(frozen=True)
class Unasked:
    """Purposes for which giving the number is consent enough; a refusal counts for them too."""

    without_asking: tuple[str, ...] = ("transactional",)


class Consent(Rule):
    """Fails when the newest statement in force refuses, or when there is none and the purpose needs one."""

    label = N_("Consent")
    source = N_("47 CFR 64.1200(a)(2) and (a)(10); GDPR 6 and 9; consent per purpose and channel")
    order = 50
    kind = "suppress"
    needs = ("purpose", "consent_decision", "consent_purpose", "consent_channel", "consent_expired")
    reasons = {
        "NO_CONSENT_CHANNEL": Reason(
            N_("The patient has not agreed to be written to about this on this channel."),
            N_("Ask the patient, and record the consent."),
        ),
        "CONSENT_EXPIRED": Reason(
            N_("The patient's consent has run out."),
            N_("Ask the patient again, and record the consent."),
        ),
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
    Parameters = Unasked

    def fails(self, facts: Facts, parameters: Unasked) -> ColumnElement[bool]:
        """Refused, or not agreed where one has to."""
        unasked = and_(facts.consent_decision.is_(None), facts.purpose.not_in(parameters.without_asking))
        return or_(func.coalesce(facts.consent_decision == "deny", False), unasked)

    def reason(self, facts: Facts, parameters: Unasked) -> ColumnElement[str]:
        """What was refused, or why there is no consent."""
        return case(
            (and_(facts.consent_decision.is_(None), facts.consent_expired), "CONSENT_EXPIRED"),
            (facts.consent_decision.is_(None), "NO_CONSENT_CHANNEL"),
            (facts.consent_purpose.is_not(None), "OPTED_OUT_CATEGORY"),
            (facts.consent_channel.is_not(None), "OPTED_OUT_CHANNEL"),
            else_="OPTED_OUT_ALL",
        )

    def problems(self, parameters: Unasked, where: str) -> list[Problem]:
        """Purposes that do not exist."""
        return [
            Problem(f"{where}.without_asking", N_("There is no purpose %(purpose)s"), {"purpose": purpose})
            for purpose in parameters.without_asking
            if purpose not in PURPOSES
        ]
