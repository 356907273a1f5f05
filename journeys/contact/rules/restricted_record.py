"""A record whose use the patient has restricted is kept and not used."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.marks import has_mark
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class RestrictedRecord(Rule):
    """Fails while the processing of the record is restricted."""

    label = N_("Restricted record")
    source = N_("GDPR 18; LGPD 18(IV); DPDP 12")
    step = 2
    order = 4
    kind = "stop"
    needs = ("marks",)
    reasons = {
        "RECORD_RESTRICTED": Reason(
            N_("The use of this record is restricted."),
            N_("Settle what the patient asked for, then end the restriction."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """Restricted."""
        return has_mark(facts, "processing-restricted")
