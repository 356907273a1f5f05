"""Finds where custom fields are named in any configuration: in rules by `custom.<slug>`, in texts by a merge place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from journeys.criteria.custom.facts import CUSTOM

IN_TEXT = re.compile(r"\{\{\s*custom\.([a-z][a-z0-9-]*)\s*(?:\||\}\})")
"""A merge place of a template: `{{custom.smoker}}`, perhaps with a default."""


def names_in(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """(place, slug) of every custom field that a piece of configuration names, in reading order."""
    if isinstance(value, str):
        if value.startswith(CUSTOM):
            yield place, value.removeprefix(CUSTOM)
        for found in IN_TEXT.finditer(value):
            yield place, found[1]
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from names_in(part, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from names_in(part, f"{place}.{number}" if place else str(number))
