"""Between now and the end of the local day so far ahead."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from journeys.criteria.kinds import DAY, INSTANT
from journeys.criteria.operators.base import SPAN, Fact, Operator
from journeys.foundation.words import N_


class WithinNext(Operator):
    """Between now and the end of the local day so far ahead."""

    label = N_("is within the next")
    sentence = N_("%(field)s is within the next %(value)s")
    takes = {DAY: SPAN, INSTANT: SPAN}

    def holds(self, fact: Fact, wanted: Any) -> ColumnElement[bool]:
        """Compare in SQL."""
        return fact.clock.within_next(fact.value, fact.kind, wanted)
