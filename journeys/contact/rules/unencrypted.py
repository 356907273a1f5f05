"""Health is written about in the open only to those who said that they accept it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, not_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.marks import has_mark
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_

HEALTH = 3
"""The content level from which a text is about somebody's health."""


class Unencrypted(Rule):
    """Fails for health content on a medium that others could read, without the patient's word."""

    label = N_("Unencrypted health content")
    source = N_("HHS: patients may ask for unencrypted e-mail after a light warning, 78 FR 5634")
    step = 8
    order = 1
    kind = "suppress"
    needs = ("content_level", "marks")
    reasons = {
        "PHI_UNENCRYPTED_NOT_ACCEPTED": Reason(
            N_("The text is about the patient's health, and the patient has not accepted unencrypted messages."),
            N_("Ask whether unencrypted messages are wanted, and record it, or use a text with less detail."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """Not accepted."""
        return and_(facts.content_level >= HEALTH, not_(has_mark(facts, "unencrypted-accepted")))
