"""The same part twice in one group."""

from __future__ import annotations

from collections.abc import Iterable

from journeys.criteria.checks.base import WARNING, Check, Looked
from journeys.criteria.reasoning.records import text_of
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

SAME = N_("This says the same as part %(number)s of the same group")


class DuplicateCondition(Check):
    """A part that stands in its group already."""

    def look(self, looked: Looked) -> Iterable[Problem]:
        """A warning at each but the first."""
        for group in looked.groups():
            seen: dict[str, int] = {}
            for number, part in enumerate(group.parts, start=1):
                if part.rule is None:
                    continue
                first = seen.setdefault(text_of(part.rule), number)
                if first != number:
                    yield Problem(part.where, SAME, {"number": first}, WARNING)
