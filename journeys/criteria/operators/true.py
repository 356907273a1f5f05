"""Yes; an unknown answer does not match."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, true

from journeys.criteria.kinds import YES_NO
from journeys.criteria.operators.base import NOTHING, Fact, Operator
from journeys.foundation.words import N_


class IsTrue(Operator):
    """Yes; an unknown answer does not match."""

    label = N_("is true")
    sentence = N_("%(field)s: yes")
    takes = {YES_NO: NOTHING}

    def holds(self, fact: Fact, wanted: Any) -> ColumnElement[bool]:
        """Compare in SQL."""
        return fact.value == true()
