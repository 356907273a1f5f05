"""Draws worlds and rules quickly: Hypothesis draws one number, and dice with that number draw hundreds of small values.

The words are those of `hypothesis.strategies`, so that whoever draws reads the same: `data.draw(st.sampled_from(…))`.
Hypothesis spends nearly all of its time on what shrinking needs, and tests of whole worlds do not shrink. A failure
names its dice (`data=Dice(17)`), which draw the same again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from hypothesis import reject
from hypothesis import strategies as slow

Drawn = TypeVar("Drawn")

MOST_TRIES = 200
MORE_AT_MOST = 5
"""How much longer than its least size a list may be that has no greatest."""


class Dice:
    """What a test draws with; its number says what it draws."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.random = random.Random(number)  # noqa: S311 - nobody has to be surprised

    def draw(self, wanted: SearchStrategy[Drawn]) -> Drawn:
        """One of the values."""
        return wanted.drawn(self.random)

    def __repr__(self) -> str:
        return f"Dice({self.number})"


class SearchStrategy(Generic[Drawn]):
    """Some values, one of which is drawn."""

    def __init__(self, drawn: Callable[[random.Random], Drawn]) -> None:
        self.drawn = drawn

    def __or__(self, other: SearchStrategy[Any]) -> SearchStrategy[Any]:
        return OneOf([*self.parts(), *other.parts()])

    def parts(self) -> list[SearchStrategy[Any]]:
        """What an `or` chooses among."""
        return [self]

    def map(self, made: Callable[[Drawn], Any]) -> SearchStrategy[Any]:
        return SearchStrategy(lambda source: made(self.drawn(source)))

    def flatmap(self, next_of: Callable[[Drawn], SearchStrategy[Any]]) -> SearchStrategy[Any]:
        return SearchStrategy(lambda source: next_of(self.drawn(source)).drawn(source))

    def filter(self, fits: Callable[[Drawn], Any]) -> SearchStrategy[Drawn]:
        def drawn(source: random.Random) -> Drawn:
            for _ in range(MOST_TRIES):
                value = self.drawn(source)
                if fits(value):
                    return value
            return reject()

        return SearchStrategy(drawn)


class OneOf(SearchStrategy[Any]):
    """One of several strategies, each as likely as the others."""

    def __init__(self, parts: list[SearchStrategy[Any]]) -> None:
        super().__init__(lambda source: source.choice(parts).drawn(source))
        self.alternatives = parts

    def parts(self) -> list[SearchStrategy[Any]]:
        return self.alternatives


def data() -> slow.SearchStrategy[Dice]:
    """For `@given`: dice of which Hypothesis chooses the number."""
    return slow.integers(0, 2**32 - 1).map(Dice)


def just(value: Drawn) -> SearchStrategy[Drawn]:
    return SearchStrategy(lambda source: value)


def none() -> SearchStrategy[None]:
    return just(None)


def booleans() -> SearchStrategy[bool]:
    return SearchStrategy(lambda source: source.random() < 0.5)


def integers(least: int, most: int) -> SearchStrategy[int]:
    return SearchStrategy(lambda source: source.randint(least, most))


def sampled_from(values: Iterable[Drawn]) -> SearchStrategy[Drawn]:
    possible = list(values)
    return SearchStrategy(lambda source: source.choice(possible))


def permutations(values: Iterable[Drawn]) -> SearchStrategy[list[Drawn]]:
    return SearchStrategy(lambda source: source.sample(each := list(values), len(each)))


def tuples(*parts: SearchStrategy[Any]) -> SearchStrategy[tuple[Any, ...]]:
    return SearchStrategy(lambda source: tuple(part.drawn(source) for part in parts))


def builds(make: Callable[..., Drawn], *parts: SearchStrategy[Any]) -> SearchStrategy[Drawn]:
    return tuples(*parts).map(lambda values: make(*values))


def fixed_dictionaries(
    given: Mapping[str, SearchStrategy[Any]], *, optional: Mapping[str, SearchStrategy[Any]]
) -> SearchStrategy[dict[str, Any]]:
    def drawn(source: random.Random) -> dict[str, Any]:
        wanted = {**given, **{name: part for name, part in optional.items() if source.random() < 0.5}}
        return {name: part.drawn(source) for name, part in wanted.items()}

    return SearchStrategy(drawn)


def lists(
    part: SearchStrategy[Drawn], *, min_size: int = 0, max_size: int | None = None, unique: bool = False
) -> SearchStrategy[list[Drawn]]:
    """Unique ones may be shorter than drawn, where there are not so many values."""
    most = min_size + MORE_AT_MOST if max_size is None else max_size

    def drawn(source: random.Random) -> list[Drawn]:
        values = [part.drawn(source) for _ in range(source.randint(min_size, most))]
        return list(dict.fromkeys(values)) if unique else values

    return SearchStrategy(drawn)
