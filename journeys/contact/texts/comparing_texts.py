"""Says in words what differs between two versions of a template or wording, each text word by word.

Works on JSON as it is saved, however broken. Equal contents differ in nothing; unequal ones in at least one place.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

PIECES = re.compile(r"\{\{[^{}]*\}\}|\s+|[^\s{]+|\{")
"""What a text is compared by: places, words, and the white space between."""


@dataclass(frozen=True)
class Piece:
    """A run of words: `kind` is same, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True)
class Difference:
    """One place that differs, as a dotted path (`texts.en.body`), with all its words in reading order."""

    where: str
    pieces: tuple[Piece, ...]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Every place that differs, in the order of the newer content, what is gone last."""
    old, new = dict(leaves(before)), dict(leaves(after))
    return [
        Difference(where, tuple(compared(old.get(where, ""), new.get(where, ""))))
        for where in dict.fromkeys((*new, *old))
        if old.get(where) != new.get(where)
    ]


def leaves(content: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """(place, text) of everything in a content that is no group; a list of words is one text."""
    if isinstance(content, Mapping) and (content or not where):
        for key, value in content.items():
            yield from leaves(value, f"{where}.{key}" if where else str(key))
    elif isinstance(content, list):
        yield where, ", ".join(str(each) for each in content)
    else:
        yield where, str(content)


def compared(before: str, after: str) -> Iterator[Piece]:
    """The words of both, what went before what came in its place."""
    old, new = PIECES.findall(before), PIECES.findall(after)
    for kind, start, end, new_start, new_end in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(old[start:end]))
            continue
        if end > start:
            yield Piece("removed", "".join(old[start:end]))
        if new_end > new_start:
            yield Piece("added", "".join(new[new_start:new_end]))
