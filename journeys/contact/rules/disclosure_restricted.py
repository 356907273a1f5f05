"""A restriction that the clinic has agreed to binds it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.marks import has_mark
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class DisclosureRestricted(Rule):
    """Fails while a restriction on this purpose, or medium, was agreed to."""

    label = N_("Agreed restriction")
    source = N_("45 CFR 164.522(a)")
    step = 5
    order = 3
    kind = "suppress"
    needs = ("marks",)
    reasons = {
        "RESTRICTION_164_522": Reason(
            N_("The clinic agreed with the patient not to use the record for such messages."),
            N_("Only the patient can lift this, or the clinic after telling the patient."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """Agreed to."""
        return has_mark(facts, "disclosure-restricted")
