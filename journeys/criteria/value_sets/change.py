"""What a change of codes does: which come in, which go, and the list that is left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from journeys.foundation.words import N_

Code = dict[str, Any]

REPLACE, ADD, TAKE_OUT = "replace", "add", "take-out"
WAYS = {
    REPLACE: N_("Replace all codes"),
    ADD: N_("Add to the codes"),
    TAKE_OUT: N_("Take these codes out"),
}


@dataclass(frozen=True)
class Difference:
    """The codes that only one of two lists has; `kept` counts those of both."""

    added: list[Code]
    removed: list[Code]
    kept: int

    @property
    def is_none(self) -> bool:
        """Whether the two lists hold the same codes."""
        return not self.added and not self.removed


def key_of(code: Mapping[str, Any]) -> tuple[str, str]:
    """What makes two codes the same one: system and code, not the words shown for it."""
    return str(code.get("system") or ""), str(code.get("code"))


def codes_of(content: Mapping[str, Any] | None) -> list[Code]:
    """The codes of a content that can be read as such; of a broken draft those that are whole."""
    codes = (content or {}).get("codes")
    return [code for code in codes if isinstance(code, dict)] if isinstance(codes, list) else []


def difference(before: Iterable[Code], after: Iterable[Code]) -> Difference:
    """What the second list has and the first has not, and the other way round, each in its own order."""
    old = {key_of(code): code for code in before}
    new = {key_of(code): code for code in after}
    added = [code for key, code in new.items() if key not in old]
    removed = [code for key, code in old.items() if key not in new]
    return Difference(added, removed, len(new) - len(added))


def merged(before: Iterable[Code], given: Iterable[Code], way: str) -> list[Code]:
    """The list after codes of a file were put in its place, added to it or taken out of it."""
    old = {key_of(code): code for code in before}
    new = {key_of(code): code for code in given}
    if way == TAKE_OUT:
        return [code for key, code in old.items() if key not in new]
    if way == ADD:
        return list({**old, **new}.values())
    return list(new.values())
