"""Above this number."""

from __future__ import annotations

from math import floor
from typing import Any

from sqlalchemy import ColumnElement

from journeys.criteria.kinds import NUMBER
from journeys.criteria.operators.base import VALUE, Fact, Operator, WholeNumbers
from journeys.foundation.words import N_


class MoreThan(Operator):
    """Above this number."""

    label = N_("is more than")
    sentence = N_("%(field)s is more than %(value)s")
    takes = {NUMBER: VALUE}

    def holds(self, fact: Fact, wanted: Any) -> ColumnElement[bool]:
        """Compare in SQL."""
        return fact.value > wanted

    def whole_numbers(self, wanted: Any) -> WholeNumbers:
        """From the first whole number above it."""
        return floor(wanted) + 1, None
