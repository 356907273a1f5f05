"""Refuses what is too large or too deep to be a rule before anything walks it: without recursion, stopping early."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from journeys.criteria.shapes import GROUPS, MOST_DEPTH, MOST_JSON_DEPTH, MOST_NODES, MOST_PARTS, MOST_VALUES
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_


def size_problems(rule: Any, where: str) -> Iterator[Problem]:
    """At most one problem: a list is too long, the rule is nested too deeply, or it holds too much."""
    waiting = [(rule, where, 1)]
    counted = 0
    while waiting:
        part, place, depth = waiting.pop()
        counted += len(part) if isinstance(part, dict | list) else 0
        if depth > MOST_JSON_DEPTH:
            yield Problem(place, N_("The rule is nested deeper than %(most)s levels"), {"most": MOST_DEPTH})
            return
        if isinstance(part, list) and len(part) > most_in(place):
            data = {"count": len(part), "most": most_in(place)}
            yield Problem(place, N_("The list has %(count)s values, at most %(most)s are possible"), data)
            return
        if counted > MOST_PARTS:
            data = {"most": MOST_PARTS}
            yield Problem(place, N_("The rule holds too much: at most %(most)s values are possible in all"), data)
            return
        waiting.extend((each, inside, depth + 1) for each, inside in within(part, place))


def most_in(place: str) -> int:
    """How many entries the list at a place may have."""
    return MOST_NODES if place.rpartition(".")[2] in GROUPS else MOST_VALUES


def within(part: Any, place: str) -> Iterator[tuple[Any, str]]:
    """(part, place) of everything right inside that may hold something itself."""
    pairs = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, each in pairs:
        if isinstance(each, dict | list):
            yield each, f"{place}.{key}"
