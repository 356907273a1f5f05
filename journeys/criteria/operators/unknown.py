"""Nothing is recorded."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from journeys.criteria.kinds import KINDS
from journeys.criteria.operators.base import NOTHING, Fact, Operator
from journeys.foundation.words import N_


class Unknown(Operator):
    """Nothing is recorded."""

    label = N_("is not recorded")
    sentence = N_("%(field)s is not recorded")
    takes = dict.fromkeys(KINDS, NOTHING)
    of_unknown = True

    def holds(self, fact: Fact, wanted: Any) -> ColumnElement[bool]:
        """Compare in SQL."""
        return fact.value.is_(None)
