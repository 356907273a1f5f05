"""Of care that a minor may have alone, guardians hear nothing."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, any_, func, not_

from journeys.contact.deciding.ages import Majority, age_problems, is_minor
from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.marks import has_mark
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_


class ConfidentialService(Rule):
    """Fails for a minor with confidential care, except at the numbers and addresses that are the minor's own."""

    label = N_("A minor's confidential care")
    source = N_("45 CFR 164.502(g)(3)(i) and the law of the state")
    step = 3
    order = 1
    kind = "suppress"
    needs = ("birth_date", "local_now", "marks", "only_here", "telecom_id")
    reasons = {
        "MINOR_CONFIDENTIAL_SERVICE": Reason(
            N_("The message may be about care of which a minor's guardians must not hear."),
            N_("Record a number or address that is the minor's own as the only one to use."),
        ),
    }
    Parameters = Majority

    def fails(self, facts: Facts, parameters: Majority) -> ColumnElement[bool]:
        """Confidential, and others may read it."""
        own = func.coalesce(facts.telecom_id == any_(facts.only_here), False)
        return and_(is_minor(facts, parameters.years), has_mark(facts, "confidential-service"), not_(own))

    def problems(self, parameters: Majority, where: str) -> list[Problem]:
        """An age at which nobody comes of age."""
        return age_problems(parameters, where)
