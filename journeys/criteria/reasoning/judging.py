"""Answers questions about formulas. A yes is certain; a no only says that it could not be shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from journeys.criteria.reasoning.edges import NOW, Day, Edge
from journeys.criteria.reasoning.facts import (
    Key,
    Stretch,
    Values,
    cover_everything,
    have_nothing_in_common,
    is_within,
)
from journeys.criteria.reasoning.records import All, Count, Formula, Literal, Opaque, Some

MOST_STEPS = 8_000
"""How many comparisons one judge makes; afterwards all its answers are no."""

AGE: Key = ("patient", "age", "{}")
BIRTH_DATE: Key = ("patient", "birth_date", "{}")
LEEWAY = 3
"""Days by which a birthday may be off when ages are turned into birth dates: leap days, and the day itself."""

OLDEST = 1_000


@dataclass
class Judge:
    """Answers until it has made MOST_STEPS comparisons."""

    left: int = MOST_STEPS

    def is_tired(self) -> bool:
        """Whether there were too many steps; counts one."""
        self.left -= 1
        return self.left < 0

    def never(self, *formulas: Formula) -> bool:
        """Whether these are never so together, for anybody, at any time."""
        if self.is_tired():
            return False
        literals, choices = flattened(formulas)
        if self.clash([*literals, *birth_dates(literals)]):
            return True
        for place, choice in enumerate(choices):
            others = [*literals, *choices[:place], *choices[place + 1 :]]
            if all(self.never(part, *others) for part in choice.parts):
                return True
        return False

    def clash(self, literals: Sequence[Literal]) -> bool:
        """Whether one of these, or some together, can never be so."""
        if any(have_nothing_in_common(alike) for alike in by_key(literals)):
            return True
        counts = [each for each in literals if isinstance(each, Count)]
        if any(self.has_too_many(count) for count in counts):
            return True
        pairs = list(combinations(counts, 2))
        if any(self.disagree(first, second) or self.disagree(second, first) for first, second in pairs):
            return True
        said = {(each.text, each.holds) for each in literals if isinstance(each, Opaque)}
        return any((text, not holds) in said for text, holds in said)

    def has_too_many(self, count: Count) -> bool:
        """Whether a count wants more records than there can be."""
        if count.high is not None and count.high < count.low:
            return True
        return count.low > 0 and self.never(count.wanted)

    def disagree(self, more: Count, fewer: Count) -> bool:
        """Whether one count wants more records than another allows that counts those too."""
        return fewer.high is not None and more.low > fewer.high and self.are_among(more, fewer)

    def are_among(self, inner: Count, outer: Count) -> bool:
        """Whether every record that the inner count finds is found by the outer one."""
        if self.is_tired() or inner.kind != outer.kind or inner.other != outer.other:
            return False
        if outer.selector and inner.selector != outer.selector:
            return False
        return outer.also <= inner.also and self.follows(inner.wanted, outer.wanted)

    def follows(self, first: Formula, second: Formula) -> bool:
        """Whether the second is so wherever the first is."""
        if self.is_tired():
            return False
        if first is second:
            return True
        if isinstance(second, All):
            return all(self.follows(first, part) for part in second.parts)
        if isinstance(first, Some):
            return all(self.follows(part, second) for part in first.parts)
        if isinstance(first, All) and any(self.follows(part, second) for part in first.parts):
            return True
        if isinstance(second, Some):
            return any(self.follows(first, part) for part in second.parts)
        return not isinstance(first, All) and self.literal_follows(first, second)

    def literal_follows(self, first: Literal, second: Literal) -> bool:
        """The same for two literals."""
        if isinstance(first, Values | Stretch) and isinstance(second, Values | Stretch):
            return first.key == second.key and is_within(first, second)
        if isinstance(first, Count) and isinstance(second, Count):
            enough = second.low == 0 or (first.low >= second.low and self.are_among(first, second))
            few = second.high is None or (
                first.high is not None and first.high <= second.high and self.are_among(second, first)
            )
            return enough and few
        if isinstance(first, Opaque) and isinstance(second, Opaque):
            return first.text == second.text and first.holds == second.holds
        return False

    def always(self, *choices: Formula) -> bool:
        """Whether at least one of these is so, for everybody, at any time."""
        if self.is_tired():
            return False
        parts = list(unfolded(choices))
        for whole in (part for part in parts if isinstance(part, All)):
            if all(self.always(part) for part in whole.parts):
                return True
        literals = [part for part in parts if not isinstance(part, All)]
        if any(cover_everything(alike) for alike in by_key(literals)):
            return True
        counts = [each for each in literals if isinstance(each, Count)]
        return any(each.low == 0 and each.high is None for each in counts) or any(
            self.leave_no_gap(more, fewer) for more in counts for fewer in counts if more is not fewer
        )

    def leave_no_gap(self, more: Count, fewer: Count) -> bool:
        """Whether there are always so many of the one, or so few of the other."""
        return (
            more.high is None
            and fewer.low == 0
            and fewer.high is not None
            and fewer.high >= more.low - 1
            and self.are_among(fewer, more)
        )


def flattened(formulas: Iterable[Formula]) -> tuple[list[Literal], list[Some]]:
    """The literals that are so together, and the choices beside them."""
    literals: list[Literal] = []
    choices: list[Some] = []
    for formula in formulas:
        if isinstance(formula, All):
            more, others = flattened(formula.parts)
            literals += more
            choices += others
        elif isinstance(formula, Some):
            choices.append(formula)
        else:
            literals.append(formula)
    return literals, choices


def unfolded(choices: Iterable[Formula]) -> Iterable[Formula]:
    """The choices with the choices inside them beside them."""
    for choice in choices:
        if isinstance(choice, Some):
            yield from unfolded(choice.parts)
        else:
            yield choice


def by_key(literals: Iterable[Formula]) -> list[list[Values | Stretch]]:
    """The literals about facts, those about one fact together."""
    found: dict[Key, list[Values | Stretch]] = {}
    for each in literals:
        if isinstance(each, Values | Stretch):
            found.setdefault(each.key, []).append(each)
    return list(found.values())


def birth_dates(literals: Iterable[Literal]) -> Iterable[Stretch]:
    """What an age says of the birth date, with some days of leeway."""
    for each in literals:
        if not isinstance(each, Values) or each.key != AGE or each.unknown:
            continue
        low, high = each.bounds()
        if low is not None and 0 <= low <= OLDEST:
            yield Stretch(BIRTH_DATE, upper=Edge(Day(NOW, -12 * int(low), LEEWAY)))
        if high is not None and 0 <= high <= OLDEST:
            yield Stretch(BIRTH_DATE, lower=Edge(Day(NOW, -12 * (int(high) + 1), -LEEWAY)))
