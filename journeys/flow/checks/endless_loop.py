"""No circle of steps without a wait: it would run for ever at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.catalogue import Catalogue
from journeys.flow.checks.base import Check
from journeys.flow.definition import Head, Node
from journeys.flow.graph import circles
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

ENDLESS = N_("These steps run in a circle without a wait: %(steps)s")


class EndlessLoop(Check):
    """A journey that goes round waits on its way."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """One problem for each circle, at its first step."""
        for group in circles(nodes, lambda node: not node.step.rests):
            yield Problem(f"steps.{group[0]}", ENDLESS, {"steps": ", ".join(group)})
