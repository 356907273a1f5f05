"""A record that was merged into another is written to no more; the kept one is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class MergedRecord(Rule):
    """Fails when the record was replaced by another one of the same person."""

    label = N_("Merged record")
    source = N_("One person, one contact history")
    step = 2
    order = 1
    kind = "stop"
    needs = ("merged",)
    reasons = {
        "PERSON_MERGED": Reason(
            N_("The record was merged into another one."),
            N_("Write to the record that is kept."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """Replaced by another record."""
        return facts.merged
