"""Regular expressions that a clinic writes: RE2 only, whose time grows with the length of the text and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import re2

from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

MOST_CHARACTERS = 500
MOST_MEMORY = 1 << 20
"""Bytes that a compiled pattern may take: `(a{1000}){1000}` is short and would be a giant."""

MOST_KEPT = 500


@lru_cache(maxsize=MOST_KEPT)
def compiled(pattern: str) -> Any:
    """The pattern ready to be matched; re2.error when it is none, or too large."""
    options = re2.Options()
    options.max_mem = MOST_MEMORY
    options.log_errors = False
    return re2.compile(pattern, options)


def fits(pattern: str, text: str) -> bool:
    """Whether the whole text has the form of a valid pattern."""
    return compiled(pattern).fullmatch(text) is not None


def pattern_problems(pattern: Any, where: str) -> Iterator[Problem]:
    """What is wrong with a pattern."""
    if not isinstance(pattern, str) or not pattern:
        yield Problem(where, N_("Write a regular expression"))
    elif len(pattern) > MOST_CHARACTERS:
        yield Problem(where, N_("At most %(most)s characters"), {"most": MOST_CHARACTERS})
    elif not is_valid(pattern):
        says = N_("This is no regular expression that can be used: no look-around, no back references, not too large")
        yield Problem(where, says)


def is_valid(pattern: str) -> bool:
    """Whether a pattern compiles within its memory."""
    try:
        compiled(pattern)
    except (re2.error, UnicodeError):
        return False
    return True
