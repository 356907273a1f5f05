"""The patient agreed to be written to about this, on this channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import ColumnElement, and_, case, func, or_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.parameters import OF_PURPOSES, parameter
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.contact import PURPOSES


@dataclass(frozen=True)
class Unasked:
    """Purposes for which giving the number is consent enough; a refusal counts for them too. Of somebody beside the
    patient the number was given by others, so that nothing goes to them unasked."""

    without_asking: tuple[str, ...] = parameter(("transactional",), N_("Purposes that need no permission"), OF_PURPOSES)


class Consent(Rule):
    """Fails when nothing in force was stated and the purpose needs a permission. Refusals are the rule before."""

    label = N_("Consent")
    source = N_("47 CFR 64.1200(a)(2) and (a)(10); GDPR 6 and 9; consent per purpose and channel")
    step = 7
    kind = "suppress"
    needs: ClassVar[tuple[str, ...]] = ("purpose", "is_beside", "consent_decision", "consent_expired")
    reasons = {
        "NO_CONSENT_CHANNEL": Reason(
            N_("The patient has not agreed to be written to about this on this channel."),
            N_("Ask the patient, and record the consent."),
        ),
        "CONSENT_EXPIRED": Reason(
            N_("The patient's consent has run out."),
            N_("Ask the patient again, and record the consent."),
        ),
    }
    Parameters = Unasked

    def fails(self, facts: Facts, parameters: Unasked) -> ColumnElement[bool]:
        """Not agreed where one has to."""
        is_asked_for = or_(facts.purpose.not_in(parameters.without_asking), func.coalesce(facts.is_beside, False))
        return and_(facts.consent_decision.is_(None), is_asked_for)

    def reason(self, facts: Facts, parameters: Unasked) -> ColumnElement[str]:
        """Why there is no consent."""
        return case((facts.consent_expired, "CONSENT_EXPIRED"), else_="NO_CONSENT_CHANNEL")

    def problems(self, parameters: Unasked, where: str) -> list[Problem]:
        """Purposes that do not exist."""
        return [
            Problem(f"{where}.without_asking", N_("There is no purpose %(purpose)s"), {"purpose": purpose})
            for purpose in parameters.without_asking
            if purpose not in PURPOSES
        ]
