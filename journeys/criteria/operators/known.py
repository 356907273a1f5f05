"""Something is recorded."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from journeys.criteria.kinds import KINDS
from journeys.criteria.operators.base import NOTHING, Fact, Operator
from journeys.foundation.words import N_


class Known(Operator):
    """Something is recorded."""

    label = N_("is recorded")
    sentence = N_("%(field)s is recorded")
    takes = dict.fromkeys(KINDS, NOTHING)
    of_unknown = False

    def holds(self, fact: Fact, wanted: Any) -> ColumnElement[bool]:
        """Compare in SQL."""
        return fact.value.is_not(None)
