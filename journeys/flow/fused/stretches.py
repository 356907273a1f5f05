"""Finds the steps that can be one statement: from where enrolments stand to the next wait, the end, or a cut.

Parts of one statement do not see what other parts write. So a stretch is cut before a step that reads, or writes again,
what an earlier one wrote; before every step after an event was emitted, because reactions come first; and before a step
that comes a second time on the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from journeys.flow.running.versions import PublishedJourney, records_in
from journeys.flow.steps.base import Rows, Step, Tell
from journeys.flow.text.definition import Node

MOST_NODES = 24
"""So many steps in one statement at most: planning it takes longer with each."""

EVERYTHING = "*"
EVENT = "event"
STAGE = "stage"
"""The stage of the enrolment itself, which a step changes by being arrived at."""

READ_BY_EVERY_STEP = frozenset({"patient", "location", EVENT})
"""What its rows are made of, and what reactions answer."""

READ_TO_BE_DUE = READ_BY_EVERY_STEP - {EVENT}
"""What tells when somebody is due who arrives: zones, calendars. Events are looked for afterwards."""

Names = frozenset[str]


@dataclass(frozen=True)
class Stretch:
    """Steps that are one statement, each after all those that lead to it; enrolments stand at the first."""

    nodes: tuple[Node, ...]

    @property
    def start(self) -> Node:
        """Where the enrolments stand."""
        return self.nodes[0]


def stretch_from(published: PublishedJourney, start: str, rows: Rows) -> Stretch | None:
    """The longest stretch from a step; None where that step cannot be fused. `rows` are any of this version."""
    nodes = published.journey.nodes
    if is_own_reader(nodes[start], rows) or moves_arrivals(nodes, nodes[start], written_by(nodes[start], rows)):
        return None
    wanted = in_order(nodes, start, rows)
    by_endings = read_by_endings(published)
    kept: dict[str, Node] = {}
    written: dict[str, Names] = {}
    for node in wanted:
        leading = [each for each in kept.values() if node.id in each.next.values()]
        before = frozenset[str]().union(*(written[each.id] for each in leading))
        if node.stage is not None and leading:
            before |= {STAGE}
        touched = read_by(published, node) | by_endings | written_by(node, rows)
        after = before | written_by(node, rows)
        if kept and (not leading or clashes(touched, before) or moves_arrivals(nodes, node, after)):
            continue
        kept[node.id] = node
        written[node.id] = after
    return Stretch(tuple(kept.values())[:MOST_NODES])


def clashes(touched: Names, before: Names) -> bool:
    """Whether a step that reads or writes these tables must see what was written before it."""
    everything = before - {STAGE} if EVERYTHING in touched else frozenset()
    return bool(everything or before & touched)


def moves_arrivals(nodes: Mapping[str, Node], node: Node, written: Names) -> bool:
    """Whether what was written may change when somebody is due who arrives after a step: at a wait for their own clock
    after a change of their zone. Arriving is a part of the same statement."""
    following = [nodes[target].step for target in node.next.values()]
    timed = [step for step in following if type(step).due is not Step.due]
    return any(clashes((step.reads | READ_TO_BE_DUE) - {EVENT}, written) for step in timed)


def read_by(published: PublishedJourney, node: Node) -> Names:
    """The tables that a step reads; rules may ask for the stage of an enrolment."""
    rules = list(node.step.rules())
    asks_anything = EVERYTHING in node.step.reads and not rules
    asks_enrolments = "enrolment" in set(records_in(rules, published.known.segments))
    reads = node.step.reads | READ_BY_EVERY_STEP
    return reads | {STAGE} if asks_anything or asks_enrolments else reads


def read_by_endings(published: PublishedJourney) -> Names:
    """What goals and exits read: they are looked at before every step."""
    rules = [ending.rule for _, _, ending in published.journey.endings() if ending.rule is not None]
    if not rules:
        return frozenset()
    asks_enrolments = "enrolment" in published.records_of_endings()
    return frozenset({EVERYTHING, STAGE} if asks_enrolments else {EVERYTHING})


def written_by(node: Node, rows: Rows) -> Names:
    """The tables that a step writes: those that it declares, and those of its changes."""
    changes = node.step.inserts(rows)
    tables = {str(change.table.__tablename__) for change in changes if not isinstance(change, Tell)}
    emits = {EVENT for change in changes if isinstance(change, Tell) or change.emits is not None}
    return node.step.writes | tables | emits


def is_own_reader(node: Node, rows: Rows) -> bool:
    """Whether a step decides by what it has just written: no single statement can."""
    written = written_by(node, rows)
    return bool(written) and (EVERYTHING in node.step.reads or bool(written & node.step.reads))


def in_order(nodes: Mapping[str, Node], start: str, rows: Rows) -> Sequence[Node]:
    """The steps that are reached from `start` without a wait, each after those that lead to it; a way back is left."""
    left: list[Node] = []
    ways: dict[str, Iterator[Node]] = {start: passed_through(nodes, nodes[start], rows)}
    seen = {start}
    while ways:
        step_id = next(reversed(ways))
        following = next((node for node in ways[step_id] if node.id not in seen), None)
        if following is None:
            left.append(nodes[step_id])
            del ways[step_id]
        else:
            seen.add(following.id)
            ways[following.id] = passed_through(nodes, following, rows)
    return left[::-1]


def passed_through(nodes: Mapping[str, Node], node: Node, rows: Rows) -> Iterator[Node]:
    """The steps that may follow at once and let everybody through who arrives."""
    targets = [nodes[node.next[port]] for port in node.step.ports()]
    return (target for target in targets if lets_through(target.step) and not is_own_reader(target, rows))


def lets_through(step: Step) -> bool:
    """Nobody stays here: it is looked at as soon as somebody arrives, and left at once."""
    kind = type(step)
    is_at_once = kind.due is Step.due and kind.waits_for is Step.waits_for
    return is_at_once and not step.rests and not step.stays
