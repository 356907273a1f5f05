"""Which ways between steps lead elsewhere in a newer text of a journey, and which only because a step came, went or
moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from journeys.flow.words.value_words import written

Way = tuple[str, str]
"""(step, port); the start is ("", "start")."""

START: Way = ("", "start")


class Rewiring:
    """The ways of two texts. A target is whatever is written: a step's id, None for nothing."""

    def __init__(
        self, before: Mapping[str, Any], after: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]
    ) -> None:
        """`old` and `new` are the steps of either."""
        self.old_steps, self.new_steps = old, new
        self.old, self.new = ways_of(before, old), ways_of(after, new)

    def leading_to(self, step_id: str) -> list[Way]:
        """The ways of the newer text that lead to a step."""
        return [way for way, target in self.new.items() if target == step_id]

    def changed_ways(self, step_id: str) -> Iterator[tuple[str, Any, Any]]:
        """(port, old target, new target) of a step's ways that lead elsewhere by themselves."""
        for way in dict.fromkeys((*self.old, *self.new)):
            old, new = self.old.get(way), self.new.get(way)
            if way[0] == step_id and not is_equal(self.old, self.new, way) and not self.is_explained(way, old, new):
                yield way[1], old, new

    def is_explained(self, way: Way, old: Any, new: Any) -> bool:
        """Whether an added, a removed or a moved step says it already."""
        if way in self.rewired_by_moves:
            return True
        if old is None or new is None:
            return False
        added = {step for step in self.new_steps if step not in self.old_steps}
        removed = {step for step in self.old_steps if step not in self.new_steps}
        return leads_through(self.new, new, added, old) or leads_through(self.old, old, removed, new)

    @cached_property
    def moved(self) -> frozenset[str]:
        """Steps that stand between other steps than before, with the gap closed behind them."""
        return frozenset(step for step in self.new_steps if step in self.old_steps and self.moves_of(step))

    @cached_property
    def rewired_by_moves(self) -> frozenset[Way]:
        """The ways that moved steps explain."""
        return frozenset(way for step in self.moved for way in self.moves_of(step))

    def moves_of(self, step: str) -> list[Way]:
        """The ways that changed because a step moved; none when it did not, or did more than that."""
        left = [way for way, target in self.old.items() if target == step]
        joined = [way for way, target in self.new.items() if target == step]
        if not left or not joined or set(left) & set(joined):
            return []
        outs_before = {target for way, target in self.old.items() if way[0] == step}
        outs_after = {target for way, target in self.new.items() if way[0] == step}
        is_closed = all(self.new.get(way) in outs_before for way in left)
        is_opened = all(self.old.get(way) in outs_after for way in joined)
        if not is_closed or not is_opened:
            return []
        healed = {self.new.get(way) for way in left}
        parted = {self.old.get(way) for way in joined}
        own = [
            way
            for way, target in self.new.items()
            if way[0] == step and self.old.get(way) in healed and target in parted
        ]
        return [*left, *joined, *own]


def ways_of(content: Mapping[str, Any], steps: Mapping[str, Any]) -> dict[Way, Any]:
    """Where every way leads, the start first."""
    found: dict[Way, Any] = {START: target_of(content["start"])} if "start" in content else {}
    for step_id, step in steps.items():
        targets = step.get("next") if isinstance(step, Mapping) else None
        for port, target in targets.items() if isinstance(targets, Mapping) else ():
            found[step_id, port] = target_of(target)
    return found


def target_of(target: Any) -> str | None:
    """The step that a way names; what names none is kept as the text it was written as."""
    return target if target is None or isinstance(target, str) else f"={written(target)}"


def is_equal(old: Mapping[Way, Any], new: Mapping[Way, Any], way: Way) -> bool:
    """Whether a way is written the same in both."""
    return (way in old) == (way in new) and old.get(way) == new.get(way)


def leads_through(ways: Mapping[Way, Any], start: Any, steps: set[str], end: Any) -> bool:
    """Whether one comes from `start` to `end` over some of `steps` alone."""
    waiting, seen = [start], set()
    while waiting:
        step = waiting.pop()
        if not isinstance(step, str) or step not in steps or step in seen:
            continue
        seen.add(step)
        targets = [target for way, target in ways.items() if way[0] == step]
        if end in targets:
            return True
        waiting.extend(targets)
    return False
