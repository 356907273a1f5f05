"""No circle of steps without a limit: it would go on for as long as the patient lives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.proving.ways import round_trip
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.flow.text.graph import circles
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

UNLIMITED = N_("These steps run in a circle without a limit: %(steps)s. Add a repeat step that says how often")


class UnlimitedLoop(Check):
    """A journey that goes round says how often: every circle leads over a step that lets nobody pass for ever."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """One problem for each circle, at its first step; the way is once round. One without a wait has its own."""
        endless = {step_id for group in circles(nodes, at_once) for step_id in group}
        for group in circles(nodes, without_limit):
            if not endless.issuperset(group):
                path = round_trip(nodes, group[0], without_limit)
                yield Problem(f"steps.{group[0]}", UNLIMITED, {"steps": ", ".join(group)}, path=path)


def at_once(node: Node, port: str) -> bool:
    """Whether a step can be left by a port again and again without anything between."""
    return not node.step.pauses(port)


def without_limit(node: Node, port: str) -> bool:
    """Whether a step can be left by a port as often as one likes."""
    return not node.step.is_limited(port)
