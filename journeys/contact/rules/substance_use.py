"""Records of treatment for substance use are written about only with a consent of their own."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, not_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.marks import has_mark
from journeys.contact.deciding.parameters import OF_LEVELS, parameter
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


@dataclass(frozen=True)
class SaidToAnybody:
    """The highest content level that needs no such consent."""

    highest: int = parameter(0, N_("Without such consent a message may reveal at most"), OF_LEVELS)


class SubstanceUse(Rule):
    """Fails for a record under 42 CFR Part 2 without that consent, when the text says more than anybody may know."""

    label = N_("Substance use records")
    source = N_("42 CFR 2.31 and 2.33")
    step = 5
    order = 2
    kind = "suppress"
    needs = ("marks", "content_level")
    reasons = {
        "PART2_CONSENT_MISSING": Reason(
            N_("The record is of treatment for substance use, and the consent that the law asks for is missing."),
            N_("Ask for the consent by 42 CFR Part 2, or use a text that says nothing of the care."),
        ),
    }
    Parameters = SaidToAnybody

    def fails(self, facts: Facts, parameters: SaidToAnybody) -> ColumnElement[bool]:
        """Says something, without that consent."""
        says = facts.content_level > parameters.highest
        return and_(has_mark(facts, "part-2-record"), says, not_(has_mark(facts, "part-2-consent")))
