"""The shape of a journey: what follows what, what can be reached, where it runs in circles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from journeys.flow.definition import Node

Nodes = Mapping[str, Node]


def followers(nodes: Nodes, step_id: str) -> list[str]:
    """The steps that a step's ports lead to and that exist, in the order of its ports, each once."""
    node = nodes[step_id]
    ordered = [node.next[port] for port in node.step.ports() if port in node.next]
    return list(dict.fromkeys(target for target in ordered if target in nodes))


def reachable(nodes: Nodes, start: str) -> set[str]:
    """Every step that can be reached from `start`, itself included."""
    found: set[str] = set()
    waiting = [start] if start in nodes else []
    while waiting:
        step_id = waiting.pop()
        if step_id not in found:
            found.add(step_id)
            waiting.extend(followers(nodes, step_id))
    return found


def circles(nodes: Nodes, counts: Callable[[Node], bool]) -> Iterator[list[str]]:
    """Groups of steps that run in a circle over steps for which `counts` holds; each group once, in written order."""
    inner = {step_id: node for step_id, node in nodes.items() if counts(node)}
    after = {step_id: below(inner, step_id) for step_id in inner}
    seen: set[str] = set()
    for step_id in inner:
        if step_id in after[step_id] and step_id not in seen:
            group = [other for other in inner if other in after[step_id] and step_id in after[other]]
            seen.update(group)
            yield group


def below(nodes: Nodes, step_id: str) -> set[str]:
    """Every step that can be reached from a step by at least one port."""
    found: set[str] = set()
    for target in followers(nodes, step_id):
        found |= reachable(nodes, target)
    return found
