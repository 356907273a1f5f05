"""Finds the way of a journey on which so many contacts follow each other soonest: the worst case, over all paths."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from journeys.flow.proving.ways import NO_TIME, Hop, Visit, hops_of, quickest
from journeys.flow.text.definition import Node
from journeys.foundation.errors import Stride
from journeys.store.journey_requests import NOT_LET_IN

A_WEEK = dt.timedelta(days=7)
TIMEOUT = "timeout"

Way = tuple[Stride, ...]
Begun = Callable[[Node], tuple[Way, ...]]
"""For each number of contacts, from one on, the quickest way to as many in the journey that a step begins."""


@dataclass(frozen=True)
class Place:
    """A step with how many contacts there were up to and including it, of which `brought` by the journey it begins.

    `counted` are the journeys whose contacts are among them: each is reckoned with once.
    """

    count: int
    step: str
    brought: int = 0
    counted: frozenset[str] = frozenset()


def begins_nothing(node: Node) -> tuple[Way, ...]:
    """What other journeys bring is left out."""
    return ()


def soonest(nodes: Mapping[str, Node], contacts: int, begun: Begun = begins_nothing) -> Way:
    """The way on which that many contacts take the least time, from the first to the last; empty when none has as many.

    Also a journey that goes round is looked at to the end. What waits for something to happen may find that it happens
    at once. Of a journey that a step begins as many contacts are taken as come within a week of the first one here.
    """
    ways = {step_id: begun(node) for step_id, node in nodes.items()}
    sources = [place for step_id in nodes for place in arrivals(nodes, ways, Place(0, step_id), NO_TIME)]
    return to_so_many(nodes, ways, [place for place in sources if place.count], contacts)


def soonest_from(nodes: Mapping[str, Node], start: str, contacts: int, begun: Begun = begins_nothing) -> Way:
    """The same, counted from the beginning of the journey instead of from its first contact."""
    ways = {step_id: begun(node) for step_id, node in nodes.items()}
    sources = list(arrivals(nodes, ways, Place(0, start), NO_TIME)) if start in nodes else []
    return to_so_many(nodes, ways, sources, contacts)


def to_so_many(
    nodes: Mapping[str, Node], ways: Mapping[str, tuple[Way, ...]], sources: list[Place], contacts: int
) -> Way:
    """The quickest way from one of the sources to so many contacts."""

    def following(place: Place, after: dt.timedelta) -> Iterator[Hop[Place]]:
        for hop in hops_of(nodes, place.step):
            takes = least(nodes[place.step], hop, ways[place.step][: place.brought])
            if takes is not None:
                for arrival in arrivals(nodes, ways, replace(place, step=hop.to), after + takes):
                    yield Hop(hop.port, arrival, takes)

    visits = quickest(sources, following, lambda place: place.count >= contacts)
    return tuple(stride for visit in visits or () for stride in strides(visit, ways))


def arrivals(
    nodes: Mapping[str, Node], ways: Mapping[str, tuple[Way, ...]], coming: Place, after: dt.timedelta
) -> Iterator[Place]:
    """The places that coming to a step may be: with each number of contacts that what it begins can bring in time."""
    own = coming.count + nodes[coming.step].step.contacts
    yield Place(own, coming.step, 0, coming.counted)
    for brought, way in enumerate(ways[coming.step], start=1):
        others = journeys_of(way)
        if after + last_of(way) < A_WEEK and not others & coming.counted:
            yield Place(own + brought, coming.step, brought, coming.counted | others)


def journeys_of(way: Way) -> frozenset[str]:
    """The other journeys that a way leads through."""
    return frozenset(stride.journey for stride in way if stride.journey is not None)


def least(node: Node, hop: Hop[str], brought: tuple[Way, ...]) -> dt.timedelta | None:
    """The least time of a hop; None where it cannot be taken because a journey that was begun has brought contacts.

    Who waits for the end of that journey waits at least for those contacts.
    """
    if not brought or not node.step.rests or hop.port == TIMEOUT:
        return hop.takes
    return None if hop.port == NOT_LET_IN else max(hop.takes, last_of(brought[-1]))


def strides(visit: Visit[Place], ways: Mapping[str, tuple[Way, ...]]) -> Iterator[Stride]:
    """A visit, followed by the way through the journey that was begun there."""
    yield Stride(visit.place.step, visit.port, visit.after)
    if visit.place.brought:
        for each in ways[visit.place.step][visit.place.brought - 1]:
            yield Stride(each.step, each.port, each.after + visit.after, each.journey)


def most_in_a_week(nodes: Mapping[str, Node], at_most: int, begun: Begun = begins_nothing) -> tuple[int, Way]:
    """How many contacts seven days can hold, counted up to `at_most`, and the quickest way to as many."""
    most: tuple[int, Way] = (0, ())
    for contacts in range(1, at_most + 1):
        path = soonest(nodes, contacts, begun)
        if not path or last_of(path) >= A_WEEK:
            break
        most = (contacts, path)
    return most


def last_of(path: Way) -> dt.timedelta:
    """How long after its beginning a way has come to its last contact; in whichever journey that is."""
    return max(stride.after for stride in path)
