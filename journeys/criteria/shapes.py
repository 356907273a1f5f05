"""The shapes of a rule, and its limits; what every reader of rules agrees on.

{"all": [rule…]}  {"any": [rule…]}  {"none": [rule…]}
{"field": name, "of": {…}, "is": operator, "value": …}
{"happened": record, "where": [rule over its attributes…], "count": {"at_least": 1}, "window": {…}}
{"segment": slug}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Rule = Mapping[str, Any]
Segments = Mapping[str, Rule]
"""Slug → rule of the segments that a rule may refer to."""

FORMAT = 1
MOST_DEPTH = 8
MOST_NODES = 200
MOST_VALUES = 1_000
MOST_NODES_WITH_SEGMENTS = 2_000
"""The limits of the format: nesting, conditions and groups, values in a list, nodes with referred segments put in."""

GROUPS = ("all", "any", "none")
SHAPES = (*GROUPS, "field", "happened", "segment")
COUNTS = ("at_least", "at_most", "exactly")
WINDOWS = ("last", "next", "between")


def shape_of(rule: Rule) -> str | None:
    """Which of the shapes a rule has; None for none of them."""
    return next((shape for shape in SHAPES if shape in rule), None)


def parts_of(rule: Rule) -> list[Rule]:
    """The rules right inside a valid rule."""
    shape = shape_of(rule)
    if shape in GROUPS:
        return list(rule[shape])
    return list(rule.get("where", []))


def leaves_of(rule: Rule, where: str) -> Iterator[tuple[str, Rule]]:
    """(place, condition) of every single condition of a valid rule, in reading order."""
    shape = shape_of(rule)
    if shape not in GROUPS:
        yield where, rule
        return
    for place, part in enumerate(rule[shape]):
        yield from leaves_of(part, f"{where}.{shape}.{place}")


def segments_in(rule: Rule) -> Iterator[str]:
    """The slugs of the segments that a valid rule names itself."""
    if "segment" in rule:
        yield rule["segment"]
    for part in parts_of(rule):
        yield from segments_in(part)


def nodes_of(rule: Rule) -> int:
    """How many groups and conditions a valid rule has, itself included."""
    return 1 + sum(nodes_of(part) for part in parts_of(rule))
