"""Later than a day ends in the patient's zone, or than this instant."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from journeys.criteria.kinds import DAY, INSTANT
from journeys.criteria.operators.base import MOMENT, Fact, Operator
from journeys.foundation.words import N_


class After(Operator):
    """Later than a day ends in the patient's zone, or than this instant."""

    label = N_("is later than")
    sentence = N_("%(field)s is later than %(value)s")
    takes = {DAY: MOMENT, INSTANT: MOMENT}

    def holds(self, fact: Fact, wanted: Any) -> ColumnElement[bool]:
        """Compare in SQL."""
        return fact.clock.after(fact.value, fact.kind, wanted)
