"""Within two bounds, both included."""

from __future__ import annotations

from math import ceil, floor
from typing import Any

from sqlalchemy import ColumnElement, and_

from journeys.criteria.kinds import DAY, INSTANT, NUMBER
from journeys.criteria.operators.base import TWO_MOMENTS, TWO_NUMBERS, Fact, Operator, WholeNumbers
from journeys.foundation.words import N_


class Between(Operator):
    """From the first to the second, both included: two numbers, or two moments (whole local days)."""

    label = N_("is between")
    sentence = N_("%(field)s is between %(value)s")
    takes = {NUMBER: TWO_NUMBERS, DAY: TWO_MOMENTS, INSTANT: TWO_MOMENTS}

    def holds(self, fact: Fact, wanted: Any) -> ColumnElement[bool]:
        """Compare in SQL."""
        low, high = wanted
        if fact.kind == NUMBER:
            return fact.value.between(low, high)
        after_low = fact.clock.not_before(fact.value, fact.kind, low)
        return and_(after_low, fact.clock.not_after(fact.value, fact.kind, high))

    def whole_numbers(self, wanted: Any) -> WholeNumbers:
        """From the first whole number to the last one between the two."""
        return ceil(wanted[0]), floor(wanted[1]) + 1
