"""A model of attendance risk: a sum of curves and codes, kept as plain data, scored without any library.

Nothing of it can run: what is read back are numbers and their places. Each part says by how much it moves the odds away
from those of an average visit, so the parts are the reasons.
"""

from __future__ import annotations

import hashlib
import json
import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from journeys.access.risk.features import FEATURES
from journeys.access.risk.knowing import Facts, Value

FORMAT = 1
MOST_ODDS = 30.0
"""Odds beyond e to the power of this are taken as this."""


@dataclass(frozen=True)
class Curve:
    """A number's part: straight lines between `at` and what it `gives` there, level beyond; `unknown` without one."""

    at: tuple[float, ...]
    gives: tuple[float, ...]
    unknown: float = 0.0

    def part(self, value: Value) -> float:
        """By how much it moves the odds."""
        if value is None:
            return self.unknown
        number = float(value)
        if number <= self.at[0]:
            return self.gives[0]
        if number >= self.at[-1]:
            return self.gives[-1]
        right = bisect_right(self.at, number)
        low, high = self.at[right - 1], self.at[right]
        return self.gives[right - 1] + (self.gives[right] - self.gives[right - 1]) * (number - low) / (high - low)


@dataclass(frozen=True)
class Codes:
    """A code's part; `unknown` for none and for one that was not there to learn from."""

    of: Mapping[str, float]
    unknown: float = 0.0

    def part(self, value: Value) -> float:
        """By how much it moves the odds."""
        return self.unknown if value is None else self.of.get(str(value), self.unknown)


@dataclass(frozen=True)
class Model:
    """`base` is the log odds of an average visit, `parts` one for each fact that it looks at."""

    base: float
    parts: Mapping[str, Curve | Codes]

    def log_odds(self, facts: Facts) -> float:
        """The log odds that the visit is missed."""
        return self.base + math.fsum(part.part(facts[name]) for name, part in self.parts.items())

    def probability(self, facts: Facts) -> float:
        """How likely the visit is missed."""
        return probability_of(self.log_odds(facts))

    def by_topic(self, facts: Facts) -> dict[str, float]:
        """What each topic adds to the log odds."""
        added: dict[str, float] = {}
        for name, part in self.parts.items():
            topic = FEATURES[name].topic
            added[topic] = added.get(topic, 0.0) + part.part(facts[name])
        return added

    def scaled(self, shift: float, slope: float) -> Model:
        """The same with log odds of shift + slope × what they were: a calibration goes into the parts themselves."""
        parts = {name: scaled(part, slope) for name, part in self.parts.items()}
        return Model(shift + slope * self.base, parts)

    def as_data(self) -> dict[str, Any]:
        """As it is kept."""
        parts = {name: part_as_data(part) for name, part in self.parts.items()}
        return {"format": FORMAT, "base": self.base, "parts": parts}


def model_from(data: Mapping[str, Any]) -> Model:
    """A model as it was kept. ValueError for what is none: another format, facts that are not known, odd numbers."""
    if data.get("format") != FORMAT or not set(data.get("parts", ())) <= set(FEATURES):
        raise ValueError("This is no model of attendance risk that this house knows")
    parts: dict[str, Curve | Codes] = {}
    for name, part in data["parts"].items():
        unknown = number_in(part["unknown"])
        if FEATURES[name].is_number:
            at, gives = numbers_in(part["at"]), numbers_in(part["gives"])
            if (
                not at
                or len(at) != len(gives)
                or any(after <= before for before, after in zip(at, at[1:], strict=False))
            ):
                raise ValueError("A curve of a model of attendance risk is none")
            parts[name] = Curve(at, gives, unknown)
        else:
            parts[name] = Codes({str(code): number_in(value) for code, value in part["of"].items()}, unknown)
    return Model(number_in(data["base"]), parts)


def fingerprint_of(data: Mapping[str, Any]) -> str:
    """The SHA-256 of a model as it is kept: two are the same when it is."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def probability_of(log_odds: float) -> float:
    """A probability from its log odds."""
    return 1.0 / (1.0 + math.exp(-max(-MOST_ODDS, min(MOST_ODDS, log_odds))))


def scaled(part: Curve | Codes, slope: float) -> Curve | Codes:
    """A part that moves the odds so many times as much."""
    if isinstance(part, Curve):
        return Curve(part.at, tuple(slope * each for each in part.gives), slope * part.unknown)
    return Codes({code: slope * each for code, each in part.of.items()}, slope * part.unknown)


def part_as_data(part: Curve | Codes) -> dict[str, Any]:
    """A part as it is kept."""
    if isinstance(part, Curve):
        return {"at": list(part.at), "gives": list(part.gives), "unknown": part.unknown}
    return {"of": dict(part.of), "unknown": part.unknown}


def numbers_in(values: Iterable[Any]) -> tuple[float, ...]:
    """Finite numbers; ValueError for anything else."""
    return tuple(number_in(value) for value in values)


def number_in(value: Any) -> float:
    """A finite number; ValueError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("A number of a model of attendance risk is none")
    return float(value)
