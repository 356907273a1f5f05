"""JSON that means one thing only.

Refused: duplicate keys (readers differ on which one counts), NaN and Infinity, whole numbers of absurd length,
nesting
deeper than about 250 levels, lone surrogates and the character U+0000 (neither can be stored). Error texts never
repeat
the content.
"""

from __future__ import annotations

import json
from typing import Any

import orjson

from journeys.foundation.words import N_

NUL = b"\\u0000"


class UnsafeJson(ValueError):
    """The text cannot be read as JSON that means one thing; `says` is a message id."""

    def __init__(self, says: str) -> None:
        """Keep what is wrong."""
        super().__init__(says)
        self.says = says


def parse(data: bytes) -> tuple[Any, bytes]:
    """The value, and the same value written compactly: what the store keeps and compares.

    The quick way covers nearly all: text that is written back byte for byte holds nothing twice and nothing lost.
    Everything else is read again by the careful way.
    """
    try:
        value = orjson.loads(data)
        written = orjson.dumps(value)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError) as error:
        raise UnsafeJson(reason_of(data)) from error
    if written != data.strip() or NUL in data:
        value = parse_carefully(data)
        written = dump(value)
    return value, written


def parse_carefully(data: bytes) -> Any:
    """The value, read by the parser that can be told to refuse."""
    try:
        value = json.loads(data, object_pairs_hook=refuse_duplicates, parse_constant=refuse_constant)
    except UnsafeJson:
        raise
    except (ValueError, RecursionError) as error:
        raise UnsafeJson(N_("is not JSON")) from error
    return value


def dump(value: Any) -> bytes:
    """The value written compactly; UnsafeJson for what cannot be written or stored."""
    try:
        written = orjson.dumps(value)
    except orjson.JSONEncodeError as error:
        raise UnsafeJson(reason_not_writable(value)) from error
    if NUL in written.replace(b"\\\\", b""):
        raise UnsafeJson(N_("holds the character U+0000, which cannot be stored"))
    return written


def reason_of(data: bytes) -> str:
    """Why the quick way failed, as exactly as can be said without repeating the content."""
    try:
        value = parse_carefully(data)
    except UnsafeJson as error:
        return error.says
    return reason_not_writable(value)


def reason_not_writable(value: Any) -> str:
    """Why a value that was read cannot be written back."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return N_("holds half a character (a lone surrogate), which cannot be stored")
    except RecursionError:
        return N_("is nested too deeply")
    if is_deep(value):
        return N_("is nested too deeply")
    return N_("holds a whole number that is too long")


def is_deep(value: Any, limit: int = 250) -> bool:
    """Whether a value is nested deeper than `limit`; walks level by level, so that depth costs no stack."""
    level = [value]
    for _ in range(limit):
        inner: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                inner.extend(each.values())
            elif isinstance(each, list):
                inner.extend(each)
        level = inner
    return bool(level)


def refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, or UnsafeJson when it has a key twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnsafeJson(N_("has the same key twice in one object"))
    return found


def refuse_constant(name: str) -> Any:
    """NaN and Infinity are no JSON, although Python reads them."""
    raise UnsafeJson(N_("holds NaN or Infinity, which are not JSON"))
