"""Who objects to marketing gets none, whatever else they agreed to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.marks import has_mark
from journeys.contact.deciding.parameters import OF_PURPOSES, parameter
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


@dataclass(frozen=True)
class Marketing:
    """The purposes that an objection to marketing ends."""

    purposes: tuple[str, ...] = parameter(("promotional", "experience"), N_("Purposes"), OF_PURPOSES)


class Objection(Rule):
    """Fails for messages of these purposes once the patient has objected."""

    label = N_("Objection to marketing")
    source = N_("GDPR 21(2) and (3); LGPD 18; the objection needs no reason")
    step = 6
    order = 1
    kind = "suppress"
    needs = ("purpose", "marks")
    reasons = {
        "OBJECTION_MARKETING": Reason(
            N_("The patient has objected to marketing."),
            N_("Only the patient can take an objection back."),
        ),
    }
    Parameters = Marketing

    def fails(self, facts: Facts, parameters: Marketing) -> ColumnElement[bool]:
        """Objected."""
        return and_(facts.purpose.in_(parameters.purposes), has_mark(facts, "objection"))
