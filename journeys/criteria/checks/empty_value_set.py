"""A value set without codes."""

from __future__ import annotations

from collections.abc import Iterable

from journeys.criteria.checks.base import Check, Looked
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

HAS_NO_CODES = N_("The value set %(value_set)s has no codes, so nothing can be in it")
OPERATORS = ("in_value_set", "not_in_value_set")


class EmptyValueSet(Check):
    """A condition on a value set that has no codes at all."""

    def look(self, looked: Looked) -> Iterable[Problem]:
        """An error at the name of the value set."""
        for part in looked.parts():
            rule = part.rule or {}
            if rule.get("is") not in OPERATORS:
                continue
            value_set = looked.reading.known.value_sets.get(rule["value"])
            if value_set is not None and value_set.size == 0:
                yield Problem(f"{part.where}.value", HAS_NO_CODES, {"value_set": value_set.slug})
