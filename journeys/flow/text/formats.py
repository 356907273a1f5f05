"""Brings journeys of older formats up to date, one kept function for each step from a format to the next.

A published version never changes; it is upgraded each time it is read. `UPGRADES[1]` makes format 2 of format 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

NEWEST = 1

UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}

UNKNOWN_FORMAT = N_("Format %(format)s is not known; this version reads formats 1 to %(newest)s")


def upgraded(content: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """The content in the newest format, and a problem when its format is not known."""
    written = dict(content)
    number = written.get("format", 1)
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= NEWEST:
        return {**written, "format": NEWEST}, [
            Problem("format", UNKNOWN_FORMAT, {"format": str(number)[:20], "newest": NEWEST})
        ]
    while number < NEWEST:
        written = {**UPGRADES[number](written), "format": number + 1}
        number += 1
    return written, []
