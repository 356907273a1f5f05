"""This number or more."""

from __future__ import annotations

from math import ceil
from typing import Any

from sqlalchemy import ColumnElement

from journeys.criteria.kinds import NUMBER
from journeys.criteria.operators.base import VALUE, Fact, Operator, WholeNumbers
from journeys.foundation.words import N_


class AtLeast(Operator):
    """This number or more."""

    label = N_("is at least")
    sentence = N_("%(field)s is at least %(value)s")
    takes = {NUMBER: VALUE}

    def holds(self, fact: Fact, wanted: Any) -> ColumnElement[bool]:
        """Compare in SQL."""
        return fact.value >= wanted

    def whole_numbers(self, wanted: Any) -> WholeNumbers:
        """From the first whole number that is not below it."""
        return ceil(wanted), None
