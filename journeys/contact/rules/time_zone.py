"""Without the patient's zone nobody knows whether it is night there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from journeys.contact.columns import Facts
from journeys.contact.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class TimeZone(Rule):
    """Fails when neither the patient nor their branch has a known zone; a phone's area code is no zone."""

    label = N_("Time zone")
    source = N_("Zone of a person: stated, else that of the home branch, never the area code")
    step = 12
    kind = "ask"
    needs = ("local_now",)
    reasons = {
        "TZ_UNKNOWN_WINDOW_EMPTY": Reason(
            N_("The patient's time zone is not known."),
            N_("Give the patient a time zone, or their branch."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """No wall clock."""
        return facts.local_now.is_(None)
