"""Who called our messages spam gets only what they need."""

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
class Complained:
    """The purposes that a complaint ends."""

    purposes: tuple[str, ...] = parameter(("care", "experience", "promotional"), N_("Purposes"), OF_PURPOSES)


class Complaint(Rule):
    """Fails for messages of these purposes after a complaint about the medium."""

    label = N_("Complaints")
    source = N_("Gmail, Yahoo and Microsoft for bulk senders: complaints below 0.10 %")
    step = 6
    order = 2
    kind = "suppress"
    needs = ("purpose", "marks")
    reasons = {
        "SPAM_COMPLAINT": Reason(
            N_("The patient has complained about such messages as spam."),
            N_("Use another channel; only the patient can take the complaint back."),
        ),
    }
    Parameters = Complained

    def fails(self, facts: Facts, parameters: Complained) -> ColumnElement[bool]:
        """Complained."""
        return and_(facts.purpose.in_(parameters.purposes), has_mark(facts, "complaint"))
