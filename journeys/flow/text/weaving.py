"""Weaves what two people made of one draft into one: `base` is what both had read, `mine` and `theirs` what they wrote.

What is compared are the parts of a journey: each key of its head, each comment, each step by its id. A part that one
of them changed comes from them; one that both changed alike is as both say. One that both changed differently is a
conflict, and so is a step that one took out while the other leads to it. Nothing is decided for anybody: the woven
draft holds my side of every conflict, or the step that is led to, and the conflict names the part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Content = Mapping[str, Any]
Part = tuple[str, ...]
"""(key of the head), ("comments", place) or ("steps", step id)."""

INSIDE = ("steps", "comments")
"""Keys whose entries are parts of their own."""

GONE = object()


@dataclass(frozen=True)
class Conflict:
    """A part that both changed. `is_gone_here` and `is_gone_there` say who took it out."""

    part: Part
    is_gone_here: bool
    is_gone_there: bool

    @property
    def where(self) -> str:
        """The place as problems name it: `steps.call`, `entry`."""
        return ".".join(self.part)


@dataclass(frozen=True)
class Woven:
    """One draft of two, and what both changed; nobody's work is lost where there are no conflicts."""

    content: dict[str, Any]
    conflicts: tuple[Conflict, ...]


def weave(base: Content, mine: Content, theirs: Content) -> Woven:
    """The draft with the changes of both."""
    before, here, there = parts_of(base), parts_of(mine), parts_of(theirs)
    woven: dict[Part, Any] = {}
    conflicts: dict[Part, Conflict] = {}
    for part in {**before, **there, **here}:
        was, is_here, is_there = (side.get(part, GONE) for side in (before, here, there))
        chosen = is_there if is_same(is_here, was) else is_here
        if not any(is_same(*pair) for pair in ((is_here, was), (is_there, was), (is_here, is_there))):
            conflicts[part] = Conflict(part, is_here is GONE, is_there is GONE)
        if chosen is not GONE:
            woven[part] = chosen
    for part in list(torn(woven, here, there)):
        conflicts.setdefault(part, Conflict(part, part not in here, part not in there))
        woven.setdefault(part, here.get(part, there.get(part)))
    return Woven(content_of(woven, (mine, theirs, base)), tuple(conflicts.values()))


def parts_of(content: Content) -> dict[Part, Any]:
    """Everything a draft says, by part; a half-written draft may hold anything under any key."""
    parts: dict[Part, Any] = {}
    for key, value in content.items():
        if key in INSIDE and isinstance(value, Mapping):
            parts |= {(key, str(name)): inner for name, inner in value.items()}
        else:
            parts[key,] = value
    return parts


def content_of(parts: Mapping[Part, Any], sides: tuple[Content, ...]) -> dict[str, Any]:
    """The draft of some parts, its keys in the order of the parts; an empty `steps` stays where somebody has one."""
    content: dict[str, Any] = {}
    for part, value in parts.items():
        if len(part) == 1:
            content[part[0]] = value
    for key in INSIDE:
        inner = {part[1]: value for part, value in parts.items() if len(part) == 2 and part[0] == key}
        kept = next((side[key] for side in sides if key in side), None)
        if inner or (isinstance(kept, Mapping) and key not in content):
            content[key] = inner
    return content


def torn(woven: Mapping[Part, Any], *sides: Mapping[Part, Any]) -> Iterator[Part]:
    """Steps that are gone although whoever wrote a way to them still had them; a way to nowhere may be left by one."""
    for part, value in woven.items():
        writers = [side for side in sides if is_same(side.get(part, GONE), value)]
        for target in targets_of(part, value):
            wanted = ("steps", str(target))
            if wanted not in woven and all(wanted in side for side in writers):
                yield wanted


def targets_of(part: Part, value: Any) -> list[Any]:
    """Where a part leads: a step by its ways, the start to the first step."""
    if part == ("start",):
        return [value]
    targets = value.get("next") if part[0] == "steps" and isinstance(value, Mapping) else None
    return list(targets.values()) if isinstance(targets, Mapping) else []


def is_same(one: Any, other: Any) -> bool:
    """Equal as JSON: true is not 1."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(is_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return type(one) is type(other) and bool(one == other)
