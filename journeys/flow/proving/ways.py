"""Finds the quickest way from place to place: the one search behind every check that proves something by a way."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Generic, TypeVar

from journeys.flow.text.definition import Node
from journeys.flow.text.graph import Counts, every_port
from journeys.foundation.errors import Stride

NO_TIME = dt.timedelta(0)

Place = TypeVar("Place", bound=Hashable)


@dataclass(frozen=True)
class Hop(Generic[Place]):
    """From one place to the next: by which port, where to, and how long it takes at least."""

    port: str
    to: Place
    takes: dt.timedelta


@dataclass(frozen=True)
class Visit(Generic[Place]):
    """A place on a way: by which port it is left (None at the end), and how long after the beginning it is reached."""

    place: Place
    port: str | None
    after: dt.timedelta


Hops = Callable[[Place, dt.timedelta], Iterable[Hop[Place]]]
"""Where one comes next from a place reached so long after the beginning. Earlier must be no worse than later."""


def quickest(
    starts: Iterable[Place], hops: Hops[Place], is_there: Callable[[Place], bool]
) -> tuple[Visit[Place], ...] | None:
    """The way that takes the least time, of those the one with the fewest hops; None when nothing is there.

    The shortest way of Dijkstra: each place is left once, however many ways lead to it, so a journey of many partings
    costs no more than its steps.
    """
    order = count()
    best = dict.fromkeys(starts, (NO_TIME, 0))
    came: dict[Place, tuple[Place, str]] = {}
    waiting = [(*cost, next(order), place) for place, cost in best.items()]
    heapq.heapify(waiting)
    while waiting:
        takes, length, _, place = heapq.heappop(waiting)
        if (takes, length) > best[place]:
            continue
        if is_there(place):
            return walked(place, came, best)
        for hop in hops(place, takes):
            cost = (takes + hop.takes, length + 1)
            if hop.to not in best or cost < best[hop.to]:
                best[hop.to] = cost
                came[hop.to] = (place, hop.port)
                heapq.heappush(waiting, (*cost, next(order), hop.to))
    return None


def walked(
    place: Place, came: Mapping[Place, tuple[Place, str]], best: Mapping[Place, tuple[dt.timedelta, int]]
) -> tuple[Visit[Place], ...]:
    """The places that led to a place, in order."""
    visits = [Visit(place, None, best[place][0])]
    while place in came:
        place, port = came[place]
        visits.append(Visit(place, port, best[place][0]))
    return tuple(reversed(visits))


def hops_of(nodes: Mapping[str, Node], step_id: str, counts: Counts = every_port) -> list[Hop[str]]:
    """Where the ports of a step that count lead, in their order, as far as there are such steps."""
    node = nodes[step_id]
    return [
        Hop(port, node.next[port], node.step.shortest(port))
        for port in node.step.ports()
        if node.next.get(port) in nodes and counts(node, port)
    ]


def way_to(
    nodes: Mapping[str, Node], start: str, targets: Iterable[str], counts: Counts = every_port
) -> tuple[Stride, ...]:
    """The quickest way from a step to one of others; empty when no way leads there."""
    wanted = set(targets)
    starts = [start] if start in nodes else []
    visits = quickest(starts, lambda step_id, _after: hops_of(nodes, step_id, counts), wanted.__contains__)
    return tuple(Stride(visit.place, visit.port, visit.after) for visit in visits or ())


def round_trip(nodes: Mapping[str, Node], step_id: str, counts: Counts = every_port) -> tuple[Stride, ...]:
    """The quickest way from a step back to itself by ports that count; empty when there is none."""
    ways = []
    for hop in hops_of(nodes, step_id, counts):
        back = way_to(nodes, hop.to, [step_id], counts)
        if back:
            ways.append((hop.takes + back[-1].after, len(back), hop, back))
    if not ways:
        return ()
    _, _, hop, back = min(ways, key=lambda way: way[:2])
    later = (Stride(each.step, each.port, each.after + hop.takes) for each in back)
    return (Stride(step_id, hop.port), *later)


def joined(first: tuple[Stride, ...], then: tuple[Stride, ...]) -> tuple[Stride, ...]:
    """Two ways as one, where the second begins at the step at which the first stops."""
    if not first or not then:
        return first or then
    later = (Stride(each.step, each.port, each.after + first[-1].after) for each in then)
    return (*first[:-1], *later)
