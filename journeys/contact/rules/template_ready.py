"""The text must be an approved template in a language that the patient reads."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, not_, or_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class TemplateReady(Rule):
    """Fails without a published template (or a text of its own), and when no variant is in the patient's language."""

    label = N_("Approved text")
    source = N_("Clinic policy: patients are written to in their own language, never silently in another")
    step = 1
    kind = "suppress"
    needs = ("template_known", "language")
    reasons = {
        "TEMPLATE_NOT_APPROVED": Reason(
            N_("The message has no published text."),
            N_("Publish the template."),
        ),
        "TEMPLATE_LANGUAGE_MISSING": Reason(
            N_("The text does not exist in the patient's language."),
            N_("Add the language to the template, or give the template a fallback language."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """No text, or none in a fitting language."""
        return or_(not_(facts.template_known), facts.language.is_(None))

    def reason(self, facts: Facts, parameters: Any) -> ColumnElement[str]:
        """Which of the two."""
        return case((facts.template_known, "TEMPLATE_LANGUAGE_MISSING"), else_="TEMPLATE_NOT_APPROVED")
