"""At least one of the listed values."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Text, cast
from sqlalchemy.dialects.postgresql import ARRAY, array

from journeys.criteria.kinds import CODES
from journeys.criteria.operators.base import VALUES, Fact, Operator
from journeys.foundation.words import N_


class HasAnyOf(Operator):
    """At least one of the listed values is among the fact's."""

    label = N_("has any of")
    sentence = N_("%(field)s has %(value)s")
    takes = {CODES: VALUES}

    def holds(self, fact: Fact, wanted: Any) -> ColumnElement[bool]:
        """Compare in SQL."""
        return fact.value.op("&&", is_comparison=True)(cast(array(wanted), ARRAY(Text)))
