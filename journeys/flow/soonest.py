"""Finds the way of a journey on which so many contacts follow each other soonest: the worst case, over all paths."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from journeys.flow.definition import Node
from journeys.flow.ways import Hop, hops_of, quickest
from journeys.foundation.errors import Stride

A_WEEK = dt.timedelta(days=7)

Place = tuple[int, str]
"""How many contacts there were up to and including a step, and the step."""


def soonest(nodes: Mapping[str, Node], contacts: int) -> tuple[Stride, ...]:
    """The way on which that many contacts take the least time, from the first to the last; empty when none has as many.

    Also a journey that goes round is looked at to the end. What waits for something to happen may find that it happens
    at once.
    """

    def following(place: Place) -> Iterator[Hop[Place]]:
        count, step_id = place
        for hop in hops_of(nodes, step_id):
            yield Hop(hop.port, (count + nodes[hop.to].step.contacts, hop.to), hop.takes)

    sources = [(node.step.contacts, step_id) for step_id, node in nodes.items() if node.step.contacts]
    visits = quickest(sources, following, lambda place: place[0] >= contacts)
    return tuple(Stride(visit.place[1], visit.port, visit.after) for visit in visits or ())


def most_in_a_week(nodes: Mapping[str, Node], at_most: int) -> tuple[int, tuple[Stride, ...]]:
    """How many contacts seven days can hold, counted up to `at_most`, and the quickest way to as many."""
    found: tuple[int, tuple[Stride, ...]] = (0, ())
    for contacts in range(1, at_most + 1):
        path = soonest(nodes, contacts)
        if not path or path[-1].after >= A_WEEK:
            break
        found = (contacts, path)
    return found
