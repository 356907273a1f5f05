"""Finds the path of a journey on which so many contacts follow each other soonest: the worst case, over all paths."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Mapping
from dataclasses import dataclass

from journeys.flow.definition import Node

NO_TIME = dt.timedelta(0)

Place = tuple[int, str]
"""How many contacts there were up to and including a step, and the step."""


@dataclass(frozen=True)
class Path:
    """Steps one after another, from the first contact to the last, and the least time from the one to the other."""

    steps: tuple[str, ...]
    takes: dt.timedelta


def soonest(nodes: Mapping[str, Node], contacts: int) -> Path | None:
    """The path on which that many contacts take the least time; None when no path has as many.

    The shortest way (Dijkstra) through places, so that also a journey that goes round is looked at to the end. What
    waits for something to happen may find that it happens at once.
    """
    sources = [step_id for step_id, node in nodes.items() if node.step.contacts]
    least: dict[Place, dt.timedelta] = {(1, step_id): NO_TIME for step_id in sources}
    before: dict[Place, Place] = {}
    waiting = [(NO_TIME, place) for place in least]
    heapq.heapify(waiting)
    while waiting:
        takes, place = heapq.heappop(waiting)
        if place[0] == contacts:
            return Path(walked(place, before), takes)
        if takes > least[place]:
            continue
        for target, after in following(nodes, place, takes).items():
            if target not in least or after < least[target]:
                least[target] = after
                before[target] = place
                heapq.heappush(waiting, (after, target))
    return None


def following(nodes: Mapping[str, Node], place: Place, takes: dt.timedelta) -> dict[Place, dt.timedelta]:
    """The places that can follow, each with the least time until then."""
    count, step_id = place
    node = nodes[step_id]
    found: dict[Place, dt.timedelta] = {}
    for port in node.step.ports():
        target = node.next.get(port, "")
        if target in nodes:
            next_place = (count + nodes[target].step.contacts, target)
            after = takes + node.step.shortest(port)
            found[next_place] = min(after, found.get(next_place, after))
    return found


def walked(place: Place, before: Mapping[Place, Place]) -> tuple[str, ...]:
    """The steps that led to a place, in order."""
    steps = [place[1]]
    while place in before:
        place = before[place]
        steps.append(place[1])
    return tuple(reversed(steps))
