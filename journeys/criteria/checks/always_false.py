"""What nobody can ever fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from journeys.criteria.checks.base import WARNING, Check, Group, Looked, Part
from journeys.criteria.reasoning.facts import Stretch
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

NOBODY = N_("Nobody can ever fit this rule")
NOTHING_FITS = N_("Nothing can ever fit this part")


class AlwaysFalse(Check):
    """A rule that nobody can ever fit, and parts that nothing can fit although no two conditions contradict."""

    def look(self, looked: Looked) -> Iterable[Problem]:
        """An error for the whole rule; a warning for the smallest parts that no other check speaks of."""
        root = looked.root()
        if looked.judge.never(root.formula):
            yield Problem(root.where, NOBODY)
            yield from inside(looked, root)
        else:
            yield from smallest(looked, root)


def smallest(looked: Looked, part: Part) -> Iterator[Problem]:
    """The smallest parts that nothing can fit."""
    found = list(inside(looked, part))
    yield from found
    if not found and looked.judge.never(part.so()) and not is_explained(looked, part):
        yield Problem(part.where, NOTHING_FITS, {}, WARNING)


def inside(looked: Looked, part: Part) -> Iterator[Problem]:
    """The same right inside a part."""
    for group in looked.groups_right_inside(part):
        for each in group.parts:
            yield from smallest(looked, each)


def is_explained(looked: Looked, part: Part) -> bool:
    """Whether an empty stretch of time, or something contradictory inside it, says why."""
    if isinstance(part.so(), Stretch):
        return True
    parts = list(looked.parts_within(part))[1:]
    if any(looked.judge.never(each.so()) for each in parts):
        return True
    groups = [group for each in looked.parts_within(part) for group in looked.groups_right_inside(each)]
    return any(contradicts_itself(looked, group) for group in groups)


def contradicts_itself(looked: Looked, group: Group) -> bool:
    """Whether two parts of a group contradict each other."""
    pairs = combinations(group.parts, 2)
    return group.is_all and any(looked.judge.never(first.formula, second.formula) for first, second in pairs)
