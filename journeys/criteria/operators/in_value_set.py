"""A code of a value set."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, not_

from journeys.criteria.kinds import CODE, SYSTEM, Facet
from journeys.criteria.listed import is_listed
from journeys.criteria.operators.base import VALUE_SET, Fact, Operator
from journeys.foundation.words import N_


class InValueSet(Operator):
    """The code is one of the value set that is in force under this name.

    A code of the set that has a system fits records with the same one; a code without a system fits any.
    """

    label = N_("is in the value set")
    sentence = N_("%(field)s is in the value set %(value)s")
    takes = {CODE: VALUE_SET}

    def fits(self, facet: Facet) -> bool:
        """Only codes with their code system beside them."""
        return facet.kind == CODE and facet.beside == SYSTEM

    def holds(self, fact: Fact, wanted: Any) -> ColumnElement[bool]:
        """Look the code up."""
        return is_listed(fact.value, fact.beside, wanted)

    def fails(self, fact: Fact, wanted: Any) -> ColumnElement[bool]:
        """A code is recorded, and the set does not have it."""
        return and_(fact.value.is_not(None), not_(is_listed(fact.value, fact.beside, wanted)))
