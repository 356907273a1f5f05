"""None of the listed values."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Text, cast, not_
from sqlalchemy.dialects.postgresql import ARRAY, array

from journeys.criteria.kinds import CODES
from journeys.criteria.operators.base import VALUES, Fact, Operator
from journeys.foundation.words import N_


class HasNoneOf(Operator):
    """Something is recorded, and none of the listed values is among it."""

    label = N_("has none of")
    sentence = N_("%(field)s has none of %(value)s")
    takes = {CODES: VALUES}

    def holds(self, fact: Fact, wanted: Any) -> ColumnElement[bool]:
        """Compare in SQL."""
        return not_(fact.value.op("&&", is_comparison=True)(cast(array(wanted), ARRAY(Text))))
