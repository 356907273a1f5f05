"""What everybody fits, whatever is known of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from journeys.criteria.checks.base import WARNING, Check, Looked, Part
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

EVERYBODY = N_("Everybody fits this rule, whatever is known of them")
EVERYTHING_FITS = N_("Everything fits this part, so it changes nothing")


class AlwaysTrue(Check):
    """A rule that everybody fits, such as known or unknown of the same fact; and parts that everything fits."""

    def look(self, looked: Looked) -> Iterable[Problem]:
        """Warnings: for the whole rule, and for the smallest parts."""
        root = looked.root()
        if looked.judge.always(root.formula):
            yield Problem(root.where, EVERYBODY, {}, WARNING)
        for group in looked.groups_right_inside(root):
            for part in group.parts:
                yield from smallest(looked, part)


def smallest(looked: Looked, part: Part) -> Iterator[Problem]:
    """The smallest parts that everything fits."""
    groups = looked.groups_right_inside(part)
    found = [problem for group in groups for each in group.parts for problem in smallest(looked, each)]
    yield from found
    if not found and looked.judge.always(part.so()):
        yield Problem(part.where, EVERYTHING_FITS, {}, WARNING)
