"""Any of the listed values."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from journeys.criteria.kinds import CODE, NUMBER
from journeys.criteria.operators.base import VALUES, Fact, Operator
from journeys.foundation.words import N_


class OneOf(Operator):
    """Any of the listed values."""

    label = N_("is one of")
    sentence = N_("%(field)s is %(value)s")
    takes = {CODE: VALUES, NUMBER: VALUES}

    def holds(self, fact: Fact, wanted: Any) -> ColumnElement[bool]:
        """Compare in SQL."""
        return fact.value.in_(wanted)
