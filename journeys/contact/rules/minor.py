"""Somebody decides for a child, and has to be known."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func, not_

from journeys.contact.deciding.ages import Majority, age_problems, is_minor
from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_


class Minor(Rule):
    """Asks staff when the patient is a minor and nobody is known who decides for them."""

    label = N_("Minors")
    source = N_("45 CFR 164.502(g)(3); GDPR 8; the age of majority is that of the place")
    step = 3
    kind = "ask"
    needs = ("birth_date", "local_now", "guarded")
    reasons = {
        "MINOR_NO_GUARDIAN": Reason(
            N_("The patient is a minor, and no guardian is known who decides for them."),
            N_("Record the guardian and what they may decide."),
        ),
    }
    Parameters = Majority

    def fails(self, facts: Facts, parameters: Majority) -> ColumnElement[bool]:
        """Young, and nobody decides."""
        return and_(is_minor(facts, parameters.years), not_(func.coalesce(facts.guarded, False)))

    def problems(self, parameters: Majority, where: str) -> list[Problem]:
        """An age at which nobody comes of age."""
        return age_problems(parameters, where)
