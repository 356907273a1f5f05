"""A part that changes nothing, because another part of its group says as much."""

from __future__ import annotations

from collections.abc import Iterable

from journeys.criteria.checks.base import WARNING, Check, Group, Looked
from journeys.criteria.reasoning.judging import Judge
from journeys.criteria.reasoning.records import text_of
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

CHANGES_NOTHING = N_("This changes nothing: part %(number)s of the same group already says as much")


class UnusedPart(Check):
    """A part that may be left out: of several that must be so, one that follows from another; of several of which one
    is enough, one that another covers."""

    def look(self, looked: Looked) -> Iterable[Problem]:
        """A warning at each such part; the same part twice, and what is never so, are for other checks."""
        for group in looked.groups():
            left_out: set[int] = set()
            for place, part in enumerate(group.parts):
                covering = covered_by(looked.judge, group, place, left_out)
                if covering is not None:
                    left_out.add(place)
                    yield Problem(part.where, CHANGES_NOTHING, {"number": covering + 1}, WARNING)


def covered_by(judge: Judge, group: Group, place: int, left_out: set[int]) -> int | None:
    """The place of a part that stays and makes this one needless; None when there is none."""
    part = group.parts[place]
    if judge.never(part.formula):
        return None
    for other_place, other in enumerate(group.parts):
        if other_place == place or other_place in left_out or is_same(group, place, other_place):
            continue
        first, second = (other, part) if group.is_all else (part, other)
        if judge.follows(first.formula, second.formula) and not judge.never(other.formula):
            return other_place
    return None


def is_same(group: Group, place: int, other_place: int) -> bool:
    """Whether two parts are written alike."""
    rule, other = group.parts[place].rule, group.parts[other_place].rule
    return rule is not None and other is not None and text_of(rule) == text_of(other)
