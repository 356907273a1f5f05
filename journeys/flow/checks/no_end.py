"""From every step an end can be reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.proving.ways import way_to
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.flow.text.graph import leading_to
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

NO_END = N_("No way from here leads to an end")


class NoEnd(Check):
    """Nobody is kept in a journey for ever."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """One problem at each step that has no end before it; silent while a step cannot be read."""
        if len(nodes) < len(written):
            return
        ends = [step_id for step_id, node in nodes.items() if not node.step.ports()]
        ending = leading_to(nodes, ends)
        for step_id in nodes:
            if step_id not in ending:
                yield Problem(f"steps.{step_id}", NO_END, path=way_to(nodes, head.start, [step_id]))
