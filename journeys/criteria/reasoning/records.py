"""Literals about how many records there are, and what is not looked into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson

from journeys.criteria.reasoning.facts import Stretch, Values

SELECTORS = ("first_of", "last_of", "next_of")
PLAIN = ("happened", "where", "count", "window")


@dataclass(frozen=True, eq=False)
class Opaque:
    """A condition that is not looked into: it and its own opposite are never so together, and that is all."""

    text: str
    holds: bool


@dataclass(frozen=True, eq=False)
class Count:
    """From `low` to `high` (None: no bound) records of a kind that `wanted` is so for.

    `selector` is what picks one of them beforehand (`last_of`, …) as text, `also` the conditions that are not looked
    into, as texts; `other` is what else the rule says.
    """

    kind: str
    wanted: Formula
    low: int
    high: int | None
    selector: str
    also: frozenset[str]
    other: str


@dataclass(frozen=True, eq=False)
class All:
    """Every one of the parts; so when there is none."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, eq=False)
class Some:
    """At least one of the parts; not so when there is none."""

    parts: tuple[Formula, ...]


Literal: TypeAlias = "Values | Stretch | Count | Opaque"
Formula: TypeAlias = "All | Some | Values | Stretch | Count | Opaque"


def text_of(thing: Any) -> str:
    """A part of a rule as text: the same for the same part, however its keys are ordered."""
    return orjson.dumps(thing, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode()


def selector_of(rule: Mapping[str, Any]) -> str:
    """What picks one record beforehand, as text; empty for nothing."""
    picking = {key: rule[key] for key in SELECTORS if key in rule}
    return text_of(picking) if picking else ""


def also_of(rule: Mapping[str, Any]) -> frozenset[str]:
    """The conditions over other records, each as text."""
    return frozenset(text_of(each) for each in rule.get("also", []))


def other_of(rule: Mapping[str, Any]) -> str:
    """What a rule says that nothing here understands, as text."""
    known = {*PLAIN, *SELECTORS, "also"}
    return text_of({key: value for key, value in rule.items() if key not in known})


def ranges_of(count: Mapping[str, int], *, holds: bool) -> Sequence[tuple[int, int | None]]:
    """The numbers of records, from–to, for which a count is so, or is not."""
    [(way, number)] = count.items()
    if way == "at_least":
        return [(number, None)] if holds else [(0, number - 1)]
    if way == "at_most":
        return [(0, number)] if holds else [(number + 1, None)]
    if holds:
        return [(number, number)]
    return [(0, number - 1), (number + 1, None)]
