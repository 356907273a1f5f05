"""No step is written that nobody can reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.flow.text.graph import reachable
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

UNREACHABLE = N_("No way leads to this step")


class UnreachableStep(Check):
    """Every step can be reached from the start."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """Silent while a step cannot be read or the start is missing: what follows from there is not known."""
        if head.start not in nodes or len(nodes) < len(written):
            return
        found = reachable(nodes, head.start)
        for step_id in nodes:
            if step_id not in found:
                yield Problem(f"steps.{step_id}", UNREACHABLE)
