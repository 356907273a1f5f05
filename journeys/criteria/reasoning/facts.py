"""Literals about one fact: which values it may have, and whether it may be unknown.

Two literals can be compared when their `key` is the same: the same fact of the same patient, or the same attribute of
the same record. Values are compared on **cells**: the values that the literals name, one between each two numbers, and
one for all other values. Every literal is the same on all values of a cell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from journeys.criteria.reasoning.edges import Edge, begins_within, ends_within, is_nothing_between, meet

Key = tuple[str, ...]

ANOTHER = object()
"""A value that no rule names."""


@dataclass(frozen=True, eq=False)
class Values:
    """A number, code or yes-no for which `test` is so; `constants` are the values that the test names.

    `unknown` says that an unknown fact is meant too.
    """

    key: Key
    test: Callable[[Any], bool]
    constants: tuple[Any, ...] = ()
    unknown: bool = False
    is_number: bool = False

    def bounds(self) -> tuple[Fraction | None, Fraction | None]:
        """Two numbers between which all lie that are meant; None where there is no such bound."""
        numbers = sorted({Fraction(each) for each in self.constants})
        points = sorted(points_of([self]))
        meant = [point for point in points if self.test(point)]
        if not meant or not numbers:
            return None, None
        low = max((number for number in numbers if number <= meant[0]), default=None)
        high = min((number for number in numbers if number >= meant[-1]), default=None)
        return low, high


@dataclass(frozen=True, eq=False)
class Stretch:
    """A date between two edges (None: no bound); `known` is false when no date is meant, only the unknown."""

    key: Key
    lower: Edge | None = None
    upper: Edge | None = None
    known: bool = True
    unknown: bool = False

    def is_empty(self) -> bool:
        """Whether there can be no such date; `unknown` is another matter."""
        return not self.known or (
            self.lower is not None and self.upper is not None and is_nothing_between(self.lower, self.upper)
        )


def have_nothing_in_common(literals: Sequence[Values | Stretch]) -> bool:
    """Whether no value of the fact, nor its being unknown, fits all of these literals of one key."""
    if all(each.unknown for each in literals):
        return False
    values = [each for each in literals if isinstance(each, Values)]
    dates = [each for each in literals if isinstance(each, Stretch)]
    if dates:
        return not values and is_no_date_in_all(dates)
    return not any(all(each.test(point) for each in values) for point in points_of(values))


def is_no_date_in_all(dates: Sequence[Stretch]) -> bool:
    """Whether no date lies in every one of the stretches."""
    if any(each.is_empty() for each in dates):
        return True
    lowers = [each.lower for each in dates if each.lower is not None]
    uppers = [each.upper for each in dates if each.upper is not None]
    return any(is_nothing_between(lower, upper) for lower in lowers for upper in uppers)


def is_within(inner: Values | Stretch, outer: Values | Stretch) -> bool:
    """Whether whatever fits the inner literal fits the outer one of the same key."""
    if inner.unknown and not outer.unknown:
        return False
    if isinstance(inner, Values) and isinstance(outer, Values):
        points = points_of([inner, outer])
        return all(outer.test(point) for point in points if inner.test(point))
    if isinstance(inner, Stretch) and isinstance(outer, Stretch):
        return inner.is_empty() or (
            outer.known
            and (outer.lower is None or (inner.lower is not None and begins_within(inner.lower, outer.lower)))
            and (outer.upper is None or (inner.upper is not None and ends_within(inner.upper, outer.upper)))
        )
    return False


def cover_everything(literals: Sequence[Values | Stretch]) -> bool:
    """Whether every value of the fact, and its being unknown, fits one of these literals of one key."""
    if not any(each.unknown for each in literals):
        return False
    values = [each for each in literals if isinstance(each, Values)]
    if values:
        return all(any(each.test(point) for each in values) for point in points_of(values))
    dates = [each for each in literals if isinstance(each, Stretch) and each.known]
    if any(each.lower is None and each.upper is None for each in dates):
        return True
    uppers = [each.upper for each in dates if each.lower is None and each.upper is not None]
    lowers = [each.lower for each in dates if each.upper is None and each.lower is not None]
    return any(meet(upper, lower) for upper in uppers for lower in lowers)


def points_of(literals: Sequence[Values]) -> list[Any]:
    """One value out of every cell; more cells than there are only make a yes rarer."""
    constants = {constant for each in literals for constant in each.constants}
    if not any(each.is_number for each in literals):
        return [*constants, ANOTHER]
    numbers = sorted({Fraction(constant) for constant in constants})
    if not numbers:
        return [Fraction(0)]
    between = [(first + second) / 2 for first, second in zip(numbers, numbers[1:], strict=False)]
    return [numbers[0] - 1, *numbers, *between, numbers[-1] + 1]
