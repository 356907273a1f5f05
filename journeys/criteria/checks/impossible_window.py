"""A stretch of time in which no day can lie."""

from __future__ import annotations

from collections.abc import Iterable

from journeys.criteria.checks.base import Check, Looked
from journeys.criteria.reasoning.facts import Stretch
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

ENDS_BEFORE_IT_BEGINS = N_("This stretch of time ends before it begins, whatever day it is, so nothing can lie in it")


class ImpossibleWindow(Check):
    """A window, or two moments of a condition, of which the second lies before the first whatever day it is."""

    def look(self, looked: Looked) -> Iterable[Problem]:
        """An error at the window, or at the value of the condition."""
        for part in looked.parts():
            stretch = part.so()
            if isinstance(stretch, Stretch) and stretch.known and stretch.is_empty():
                where = part.where if part.rule is None else f"{part.where}.value"
                yield Problem(where, ENDS_BEFORE_IT_BEGINS)
