"""A journey as an ordered outline: its steps in walking order, each with its sentence, as screens show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from journeys.flow.steps import STEPS
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Node, parse
from journeys.flow.words.reader import ENGLISH, Reader

NAMELESS: dict[str, Any] = {}

Coming = tuple[str, int, str, str | None]
"""(step, depth, step before, its way out)."""


@dataclass(frozen=True)
class OutlineRow:
    """One line of the outline.

    `depth` grows at every parting of the ways; `port` is the way out of the step `after` by which one comes here, None
    where there is only one. `is_jump` says that the step stands further up already: the line only refers to it.
    `is_stray` says that no way leads here. `ways` are (port, step it leads to or None).
    """

    step_id: str
    type: str
    name: str
    stage: str | None
    sentence: str
    depth: int
    after: str
    port: str | None
    is_jump: bool
    is_stray: bool
    ways: tuple[tuple[str, str | None], ...]


def outline(content: object, reader: Reader = ENGLISH) -> list[OutlineRow]:
    """The outline of a draft or a version, however broken: what cannot be read is shown by its type alone.

    So is a step whose rule names what this reader does not know.
    """
    return list(Walk(content, reader).rows())


class Walk:
    """Walks a journey from its start, first way out first."""

    def __init__(self, content: object, reader: Reader) -> None:
        """Read what can be read."""
        self.head, self.nodes, _ = parse(content)
        written = content if isinstance(content, Mapping) else NAMELESS
        steps = written.get("steps")
        self.steps: dict[str, Any] = dict(steps) if isinstance(steps, Mapping) else {}
        self.start = str(written.get("start", ""))
        focus = written.get("focus")
        self.reader = reader.about(focus if isinstance(focus, str) else None)
        self.seen: set[str] = set()

    def rows(self) -> Iterator[OutlineRow]:
        """From the start; then what no way leads to."""
        yield from self.walk([(self.start, 0, "", None)], is_stray=False)
        for step_id in self.steps:
            if step_id not in self.seen:
                yield from self.walk([(step_id, 0, "", None)], is_stray=True)

    def walk(self, waiting: list[Coming], *, is_stray: bool) -> Iterator[OutlineRow]:
        """Each step once, a reference where it comes again."""
        while waiting:
            step_id, depth, after, port = waiting.pop()
            if step_id not in self.steps:
                continue
            is_jump = step_id in self.seen
            yield self.row((step_id, depth, after, port), is_jump=is_jump, is_stray=is_stray)
            if is_jump:
                continue
            self.seen.add(step_id)
            ways = self.ways(step_id)
            deeper = depth + 1 if len(ways) > 1 else depth
            follow = [(to, deeper, step_id, port if len(ways) > 1 else None) for port, to in ways if to is not None]
            waiting.extend(reversed(follow))

    def ways(self, step_id: str) -> tuple[tuple[str, str | None], ...]:
        """(port, target) of a step: its type's ports first, then what is written besides."""
        written = self.steps[step_id].get("next") if isinstance(self.steps[step_id], Mapping) else None
        pairs = written.items() if isinstance(written, Mapping) else ()
        targets = {str(port): to for port, to in pairs if isinstance(to, str)}
        node = self.nodes.get(step_id)
        ports = (*node.step.ports(), *targets) if node is not None else tuple(targets)
        return tuple((port, targets.get(port)) for port in dict.fromkeys(ports))

    def row(self, coming: Coming, *, is_jump: bool, is_stray: bool) -> OutlineRow:
        """One line."""
        step_id, depth, after, port = coming
        step = self.steps[step_id]
        written: Mapping[str, Any] = step if isinstance(step, Mapping) else NAMELESS
        kind = str(written.get("type", ""))
        name = written.get("name")
        return OutlineRow(
            step_id=step_id,
            type=kind,
            name=self.reader.say(dict(name)) if isinstance(name, Mapping) and name else step_id,
            stage=written.get("stage"),
            sentence=self.sentence(self.nodes.get(step_id), kind),
            depth=depth,
            after=after,
            port=port,
            is_jump=is_jump,
            is_stray=is_stray,
            ways=self.ways(step_id),
        )

    def sentence(self, node: Node | None, kind: str) -> str:
        """What the step does; what its type is called where that cannot be said."""
        if node is None:
            return self.reader.translate(STEPS[kind].label) if kind in STEPS else kind
        known = self.reader.known
        names = Catalogue(value_sets=known.value_sets, custom=known.custom, focus=self.reader.focus)
        wrong = node.step.problems("", names)
        # a rule on a segment can be read out without knowing the segment
        if any(not problem.where.endswith(".segment") for problem in wrong):
            return self.reader.translate(node.step.label)
        return node.step.sentence(self.reader)
