"""Nobody who has died is written to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class Deceased(Rule):
    """Fails when the patient's record says that they have died."""

    label = N_("Deceased")
    source = N_("Common decency; the record system's Patient.deceased")
    step = 2
    kind = "stop"
    needs = ("deceased",)
    reasons = {
        "PERSON_DECEASED": Reason(
            N_("The patient has died."),
            N_("Nothing. If the record is wrong, correct it in the record system."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """Dead."""
        return facts.deceased
