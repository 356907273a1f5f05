"""A message has more time to go than quiet hours and days of rest can take from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.proving.lateness import A_DAY, latest_arrivals, latest_of, length_of, messages_of_use
from journeys.flow.proving.ways import NO_TIME
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.flow.text.times import FocusMoment
from journeys.foundation.errors import Problem, Stride
from journeys.foundation.words import N_

HELD = N_(
    "On this way the message is of use for %(room)s hours at most, and quiet hours or days of rest can hold it for"
    " %(held)s: some patients do not get it"
)
AN_HOUR = dt.timedelta(hours=1)


class HeldUntilTooLate(Check):
    """What is put off to the next morning still comes in time. It warns: who is awake gets it.

    A wait for an hour of the day that is not quiet takes quiet hours out of account.
    """

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """One problem for each step that sends, with the way that leaves the least time."""
        for node, moment in messages_of_use(head, nodes):
            found = tightest(head, moment, nodes, node, catalogue)
            if found is not None:
                room, held, path = found
                data = {"room": room // AN_HOUR, "held": held // AN_HOUR}
                yield Problem(f"steps.{node.id}", HELD, data, severity="warning", path=path)


def tightest(
    head: Head, moment: FocusMoment, nodes: Mapping[str, Node], node: Node, catalogue: Catalogue
) -> tuple[dt.timedelta, dt.timedelta, tuple[Stride, ...]] | None:
    """The way to a step on which the message can be held for longer than it is of use: that time, how long, the way."""
    focus = str(head.focus)
    ends = latest_of(focus, moment)
    found = []
    for arrival, path in latest_arrivals(nodes, head.start, focus, moment.focus, catalogue.quiet):
        held = longest_hold(head.purpose, catalogue, arrival.is_waking)
        if arrival.step == node.id and NO_TIME < ends - arrival.at < held:
            found.append((ends - arrival.at, held, path))
    return min(found, key=lambda each: each[0] - each[1]) if found else None


def longest_hold(purpose: str, catalogue: Catalogue, is_waking: bool) -> dt.timedelta:
    """How long contact rules that look at the clock and the day of the week can put a message off."""
    rest = len(catalogue.rest.weekdays) * A_DAY if purpose in catalogue.rest.purposes else NO_TIME
    return rest if is_waking else rest + length_of(catalogue.quiet)
