"""Tells whether a segment still means what it meant when it was evaluated last."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import orjson

from journeys.criteria.custom.facts import CUSTOM
from journeys.criteria.known import Known
from journeys.criteria.shapes import Rule

MOST_RULES = 1_000

MEANING = 1
"""Raised when the same rule comes to mean something else, so that every segment is evaluated whole once."""


def fingerprint(slug: str, known: Known) -> str:
    """SHA-256 (hex) of a segment's rule, with those of the segments that it names, its value sets and its fields."""
    rules: dict[str, Rule] = {}
    collect(slug, known, rules)
    names = {name for rule in rules.values() for name in texts_of(orjson.dumps(rule))}
    value_sets = {name: known.value_sets[name].version_id for name in names if name in known.value_sets}
    custom = {name: known.custom.get(name.removeprefix(CUSTOM)) for name in names if name.startswith(CUSTOM)}
    fields = {name: [each.on, each.facet.kind, each.facet.unit] for name, each in custom.items() if each is not None}
    meant = {"meaning": MEANING, "slug": slug, "rules": rules, "value_sets": value_sets, "fields": fields}
    return hashlib.sha256(orjson.dumps(meant, option=orjson.OPT_SORT_KEYS)).hexdigest()


def collect(slug: str, known: Known, rules: dict[str, Rule]) -> None:
    """Put the rule of a segment and of all that it leads to into `rules`."""
    if slug in rules or slug not in known.segments:
        return
    rules[slug] = known.segments[slug]
    for name in texts_of(orjson.dumps(known.segments[slug])):
        collect(name, known, rules)


@lru_cache(MOST_RULES)
def texts_of(rule: bytes) -> frozenset[str]:
    """Every text in a rule as it is written down: the same rules are asked for in every round."""
    return frozenset(texts_in(orjson.loads(rule)))


def texts_in(part: Any) -> Iterator[str]:
    """Every text that stands as a value in a rule, wherever: more than the names in it, which does no harm."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from texts_in(value)
    elif isinstance(part, list):
        for value in part:
            yield from texts_in(value)
