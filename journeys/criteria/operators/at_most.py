"""This number or less."""

from __future__ import annotations

from math import floor
from typing import Any

from sqlalchemy import ColumnElement

from journeys.criteria.kinds import NUMBER
from journeys.criteria.operators.base import VALUE, Fact, Operator, WholeNumbers
from journeys.foundation.words import N_


class AtMost(Operator):
    """This number or less."""

    label = N_("is at most")
    sentence = N_("%(field)s is at most %(value)s")
    takes = {NUMBER: VALUE}

    def holds(self, fact: Fact, wanted: Any) -> ColumnElement[bool]:
        """Compare in SQL."""
        return fact.value <= wanted

    def whole_numbers(self, wanted: Any) -> WholeNumbers:
        """Up to the last whole number that is not above it."""
        return None, floor(wanted) + 1
