"""A recorded value that is not listed; an unknown value does not match."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from journeys.criteria.kinds import CODE, NUMBER
from journeys.criteria.operators.base import VALUES, Fact, Operator
from journeys.foundation.words import N_


class NoneOf(Operator):
    """A recorded value that is not listed; an unknown value does not match."""

    label = N_("is none of")
    sentence = N_("%(field)s is not %(value)s")
    takes = {CODE: VALUES, NUMBER: VALUES}

    def holds(self, fact: Fact, wanted: Any) -> ColumnElement[bool]:
        """Compare in SQL."""
        return fact.value.not_in(wanted)
