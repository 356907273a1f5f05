"""The shapes of a rule, and its limits; what every reader of rules agrees on.

{"all": [rule…]}  {"any": [rule…]}  {"none": [rule…]}
{"field": name, "of": {…}, "is": operator, "value": …, "unknown": "counts"}
{"happened": record, "where": [rule over its attributes…], "count": {"at_least": 1}, "window": {…}, "also": [rule…]}
{"happened": record, "last_of": [rule over its attributes…], "where": […], "window": {…}, "also": [rule…]}
{"segment": slug}

`last_of` picks the latest record up to now among those that fit, `first_of` the earliest up to now, `next_of` the
earliest from now on (of equal dates the larger id is the later one); that one must be as `where`, `window` and `also`
want it. `"days": {"at_least": 90}` in place of `count` asks on how many days they lasted. `"not_done": true` finds what
somebody decided against. The rules of `also` look for other records of the same patient, each time beside one that was
found: groups and `happened` without another `also`; there `"linked": "based_on"` wants one of the two to name the other
as that. `"unknown": "counts"` takes a fact that is not known for a yes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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

MOST_PARTS = 10_000
MOST_JSON_DEPTH = 40
"""How much a rule may hold in all (what stands under every key and in every list), and how deep its JSON may be."""

GROUPS = ("all", "any", "none")
SHAPES = (*GROUPS, "field", "happened", "segment")
COUNTS = ("at_least", "at_most", "exactly")
WINDOWS = ("last", "next", "between", "overlaps", "during", "ends")
OF_STRETCHES = ("overlaps", "during", "ends")
"""Windows that look at from when until when something lasted, not only at when it began."""

WINDOWS_BESIDE = ("after", "before", "around")
"""Windows from the record that was found, possible inside `also`."""

PICKS = ("first_of", "last_of", "next_of")
NAMING = ("is", "one_of")
"""The operators that name every value that fits."""

COUNTED = "counts"
"""What `unknown` can say."""


def shape_of(rule: Rule) -> str | None:
    """Which of the shapes a rule has; None for none of them."""
    return next((shape for shape in SHAPES if shape in rule), None)


def parts_of(rule: Rule) -> list[Rule]:
    """The rules right inside a valid rule."""
    shape = shape_of(rule)
    if shape in GROUPS:
        return list(rule[shape])
    pick = pick_of(rule)
    return [*(rule[pick] if pick else []), *rule.get("where", []), *rule.get("also", [])]


def pick_of(rule: Rule) -> str | None:
    """Which of first_of, last_of and next_of a `happened` has."""
    return next((pick for pick in PICKS if pick in rule), None)


def named_values(where: Sequence[Rule], field: str) -> frozenset[Any]:
    """The values that conditions that all have to hold leave to a field; empty where none of them names its values."""
    asked = [
        each for each in where if each.get("field") == field and each.get("is") in NAMING and "unknown" not in each
    ]
    wanted = [frozenset(each["value"] if each["is"] == "one_of" else [each["value"]]) for each in asked]
    return frozenset.intersection(*wanted) if wanted else frozenset()


def leans_on_patient(part: Any) -> bool:
    """Whether a part of a rule has a moment that is a date of the patient or of the focus record."""
    if isinstance(part, list):
        return any(leans_on_patient(each) for each in part)
    if not isinstance(part, Mapping):
        return False
    is_moment = "focus" in part or ("field" in part and "is" not in part)
    return is_moment or any(leans_on_patient(each) for each in part.values())


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
