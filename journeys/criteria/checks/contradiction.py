"""Two parts that have to be so together never are."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from journeys.criteria.checks.base import Check, Looked, Part
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

NOBODY_FITS_BOTH = N_("Nothing can fit both this and part %(number)s of the same group")
NOTHING_FITS_NEITHER = N_("Nothing can be known to fit neither this nor part %(number)s of the same group")


class Contradiction(Check):
    """Parts of one group that contradict each other: ranges, lists, dates, yes and no, known and unknown, counts, a
    segment and its opposite, an age and a birth date."""

    def look(self, looked: Looked) -> Iterable[Problem]:
        """An error at the second of each two; what can never be so by itself is for other checks."""
        for group in looked.groups():
            if not group.is_all:
                continue
            possible = [
                (number, part)
                for number, part in enumerate(group.parts, start=1)
                if not looked.judge.never(part.formula)
            ]
            for (number, first), (_, second) in combinations(possible, 2):
                if looked.judge.never(first.formula, second.formula):
                    yield Problem(second.where, words(second), {"number": number})


def words(part: Part) -> str:
    """What is wrong, for parts that have to be so and for parts that have not to."""
    return NOBODY_FITS_BOTH if part.holds else NOTHING_FITS_NEITHER
