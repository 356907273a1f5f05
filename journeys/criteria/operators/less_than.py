"""Below this number."""

from __future__ import annotations

from math import ceil
from typing import Any

from sqlalchemy import ColumnElement

from journeys.criteria.kinds import NUMBER
from journeys.criteria.operators.base import VALUE, Fact, Operator, WholeNumbers
from journeys.foundation.words import N_


class LessThan(Operator):
    """Below this number."""

    label = N_("is less than")
    sentence = N_("%(field)s is less than %(value)s")
    takes = {NUMBER: VALUE}

    def holds(self, fact: Fact, wanted: Any) -> ColumnElement[bool]:
        """Compare in SQL."""
        return fact.value < wanted

    def whole_numbers(self, wanted: Any) -> WholeNumbers:
        """Up to the last whole number below it."""
        return None, ceil(wanted)
