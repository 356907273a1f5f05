"""The shape of a journey: what follows what, what can be reached, where it runs in circles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from journeys.flow.text.definition import Node

Nodes = Mapping[str, Node]
Follow = Mapping[str, list[str]]
"""Step → the steps that follow it, each once."""

Counts = Callable[[Node, str], bool]
"""Whether a port of a step counts."""


def every_port(node: Node, port: str) -> bool:
    """All of them."""
    return True


def follow(nodes: Nodes, counts: Counts = every_port) -> dict[str, list[str]]:
    """The steps that follow each step by ports that count, in the order of its ports."""
    return {step_id: followers(nodes, step_id, counts) for step_id in nodes}


def followers(nodes: Nodes, step_id: str, counts: Counts = every_port) -> list[str]:
    """The steps that a step's ports lead to and that exist, in the order of its ports, each once."""
    node = nodes[step_id]
    ordered = [node.next[port] for port in node.step.ports() if port in node.next and counts(node, port)]
    return list(dict.fromkeys(target for target in ordered if target in nodes))


def reachable(nodes: Nodes, start: str) -> set[str]:
    """Every step that can be reached from `start`, itself included."""
    return spread(follow(nodes), [start] if start in nodes else [])


def leading_to(nodes: Nodes, targets: Iterable[str]) -> set[str]:
    """Every step from which one of `targets` can be reached, those included."""
    back: dict[str, list[str]] = {step_id: [] for step_id in nodes}
    for step_id, after in follow(nodes).items():
        for target in after:
            back[target].append(step_id)
    return spread(back, targets)


def spread(after: Follow, starts: Iterable[str], apart: AbstractSet[str] = frozenset()) -> set[str]:
    """Everything that can be reached from `starts`, those included, not over steps that stand `apart`."""
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        step_id = waiting.pop()
        if step_id not in found and step_id not in apart:
            found.add(step_id)
            waiting.extend(after[step_id])
    return found


def circles(nodes: Nodes, counts: Counts) -> Iterator[list[str]]:
    """Groups of steps that run in a circle by ports that count; each group once, in written order.

    Two walks (Kosaraju): forward until each step is done with, then back from those that were done with last.
    """
    after = follow(nodes, counts)
    back: dict[str, list[str]] = {step_id: [] for step_id in nodes}
    for step_id, targets in after.items():
        for target in targets:
            back[target].append(step_id)
    taken: set[str] = set()
    group_of: dict[str, set[str]] = {}
    for step_id in reversed(done_with(after)):
        if step_id not in taken:
            group = spread(back, [step_id], taken)
            taken |= group
            group_of |= dict.fromkeys(group, group)
    told: set[str] = set()
    for step_id in nodes:
        group = group_of[step_id]
        is_first = step_id not in told
        if is_first and (len(group) > 1 or step_id in after[step_id]):
            told |= group
            yield [other for other in nodes if other in group]


def done_with(after: Follow) -> list[str]:
    """Every step, each behind all that follow it and were not begun before it."""
    begun: set[str] = set()
    done: list[str] = []
    for start in after:
        waiting = [(start, False)]
        while waiting:
            step_id, is_done = waiting.pop()
            if is_done:
                done.append(step_id)
            elif step_id not in begun:
                begun.add(step_id)
                waiting.append((step_id, True))
                waiting.extend((target, False) for target in reversed(after[step_id]))
    return done
