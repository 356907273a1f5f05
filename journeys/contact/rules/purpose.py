"""A text goes out for the purpose it was approved for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class Purpose(Rule):
    """Fails when the template was approved for another purpose than the one the message claims.

    Consent is kept per purpose: a promotion sent as care would borrow a consent that was never given.
    """

    label = N_("Purpose")
    source = N_("Consent is given for a purpose: HIPAA 164.508, GDPR 5(1)(b)")
    step = 5
    kind = "suppress"
    needs = ("purpose", "template_purpose")
    reasons = {
        "NO_LAWFUL_BASIS": Reason(
            N_("The text was approved for another purpose than this message has."),
            N_("Use a template of the same purpose, or correct the journey's purpose."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """Another purpose than the template's; a message without a template has only its own."""
        return and_(facts.template_purpose.is_not(None), facts.template_purpose != facts.purpose)
