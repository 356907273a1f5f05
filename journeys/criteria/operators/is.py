"""Exactly this value."""

from __future__ import annotations

from math import ceil, floor
from typing import Any

from sqlalchemy import ColumnElement

from journeys.criteria.kinds import CODE, NUMBER
from journeys.criteria.operators.base import VALUE, Fact, Operator, WholeNumbers
from journeys.foundation.words import N_


class Is(Operator):
    """Exactly this value."""

    label = N_("is")
    sentence = N_("%(field)s is %(value)s")
    takes = {CODE: VALUE, NUMBER: VALUE}

    def holds(self, fact: Fact, wanted: Any) -> ColumnElement[bool]:
        """Compare in SQL."""
        return fact.value == wanted

    def whole_numbers(self, wanted: Any) -> WholeNumbers:
        """The number itself; none where it is not whole."""
        return ceil(wanted), floor(wanted) + 1
