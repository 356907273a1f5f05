"""Whoever waits comes out again, by time, by an ending of the journey, or because somebody does something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.proving.ways import way_to
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

FOR_EVER = N_(
    "Patients can stay here for ever: nothing happens by itself, and the journey has no goal and no exit that takes"
    " them out"
)


class MayWaitForEver(Check):
    """A wait without a time limit has an ending of the journey as its way out. It warns, since somebody may still act.

    Goals and exits end every wait at once; so does the patient's death, in every journey.
    """

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """Each step at which one can stay, in a journey without endings; the way leads to it."""
        if head.goals or head.exits:
            return
        for node in nodes.values():
            if node.step.may_stay(head.focus):
                path = way_to(nodes, head.start, [node.id])
                yield Problem(f"steps.{node.id}", FOR_EVER, severity="warning", path=path)
