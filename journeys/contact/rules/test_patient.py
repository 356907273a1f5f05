"""Test patients have numbers that may belong to somebody."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class TestPatient(Rule):
    """Fails when the record is marked as a test."""

    label = N_("Test patient")
    source = N_("Made-up records carry numbers of real strangers")
    step = 2
    order = 2
    kind = "stop"
    needs = ("is_test",)
    reasons = {
        "PERSON_TEST": Reason(
            N_("This is a test patient."),
            N_("Take the test mark off the record."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """Marked as a test."""
        return facts.is_test
