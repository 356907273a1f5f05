"""Between the beginning of the local day so long ago and now."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from journeys.criteria.kinds import DAY, INSTANT
from journeys.criteria.operators.base import SPAN, Fact, Operator
from journeys.foundation.words import N_


class WithinLast(Operator):
    """Between the beginning of the local day so long ago and now."""

    label = N_("is within the last")
    sentence = N_("%(field)s is within the last %(value)s")
    takes = {DAY: SPAN, INSTANT: SPAN}

    def holds(self, fact: Fact, wanted: Any) -> ColumnElement[bool]:
        """Compare in SQL."""
        return fact.clock.within_last(fact.value, fact.kind, wanted)
