"""What a rule names besides segments: value sets and custom fields, wherever they stand in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from journeys.criteria.custom.facts import CUSTOM
from journeys.store.putting_in_force.definitions import FIELD, VALUE_SET

LOOK_UPS = ("in_value_set", "not_in_value_set")
"""The comparisons whose value is the slug of a value set."""

NAMING = ("field", "focus", "attribute", "record")
"""The keys under which a field stands: in a condition, in a moment, in what `of` says of the record in focus."""


def names_in(part: Any) -> Iterator[tuple[str, str]]:
    """(kind, slug) of every value set and custom field that a rule, or anything that holds rules, names itself."""
    if isinstance(part, list | tuple):
        for each in part:
            yield from names_in(each)
    elif isinstance(part, dict):
        wanted = part.get("value")
        for named in map(part.get, NAMING):
            if isinstance(named, str) and named.startswith(CUSTOM):
                yield FIELD, named.removeprefix(CUSTOM)
        if part.get("is") in LOOK_UPS and isinstance(wanted, str):
            yield VALUE_SET, wanted
        for each in part.values():
            yield from names_in(each)
