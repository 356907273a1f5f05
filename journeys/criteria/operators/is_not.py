"""A recorded value other than this one; an unknown value does not match."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from journeys.criteria.kinds import CODE, NUMBER
from journeys.criteria.operators.base import VALUE, Fact, Operator
from journeys.foundation.words import N_


class IsNot(Operator):
    """A recorded value other than this one; an unknown value does not match."""

    label = N_("is not")
    sentence = N_("%(field)s is not %(value)s")
    takes = {CODE: VALUE, NUMBER: VALUE}

    def holds(self, fact: Fact, wanted: Any) -> ColumnElement[bool]:
        """Compare in SQL."""
        return fact.value != wanted
