"""No circle of steps without a wait: it would run for ever at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.proving.ways import round_trip
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.flow.text.graph import circles
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

ENDLESS = N_("These steps run in a circle without a wait: %(steps)s")


class EndlessLoop(Check):
    """A journey that goes round waits on its way.

    A wait for a date of the record is none, because once the date is past it is over as it begins; nor is a wait until
    a rule holds, because the rule may go on holding.
    """

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """One problem for each circle, at its first step; the way is once round."""
        for group in circles(nodes, at_once):
            path = round_trip(nodes, group[0], at_once)
            yield Problem(f"steps.{group[0]}", ENDLESS, {"steps": ", ".join(group)}, path=path)


def at_once(node: Node, port: str) -> bool:
    """Whether a step can be left by a port again and again without anything between."""
    return not node.step.pauses(port)
