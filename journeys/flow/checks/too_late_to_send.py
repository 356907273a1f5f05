"""No message is reached only after the moment up to which it is of use: it would never be sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.proving.lateness import latest_arrivals, latest_of, messages_of_use
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.flow.text.times import FocusMoment
from journeys.foundation.errors import Problem, Stride
from journeys.foundation.words import N_

TOO_LATE = N_("On this way the message comes after the time up to which it is of use, so it is never sent")


class TooLateToSend(Check):
    """On every way there is time for the message. Waits take the least time they can, so what is found is sure.

    On a way that goes round it warns only, because somebody may not go round as often.
    """

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """One problem for each step that sends, with the latest way to it."""
        for node, moment in messages_of_use(head, nodes):
            path = way_too_late(str(head.focus), moment, head.start, nodes, node, catalogue)
            if path:
                severity = "error" if is_straight(path) else "warning"
                yield Problem(f"steps.{node.id}", TOO_LATE, severity=severity, path=path)


def way_too_late(
    focus: str, moment: FocusMoment, start: str, nodes: Mapping[str, Node], node: Node, catalogue: Catalogue
) -> tuple[Stride, ...]:
    """The latest way on which a step is reached too late, a straight one if there is; empty when there is none."""
    ways = [
        (is_straight(path), arrival.at, path)
        for arrival, path in latest_arrivals(nodes, start, focus, moment.focus, catalogue.quiet)
        if arrival.step == node.id and arrival.at >= latest_of(focus, moment)
    ]
    return max(ways, key=lambda way: way[:2])[2] if ways else ()


def is_straight(path: tuple[Stride, ...]) -> bool:
    """Whether a way comes to each step once."""
    return len({stride.step for stride in path}) == len(path)
