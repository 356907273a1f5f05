"""Nobody is contacted after a wait in which nothing could have ended the journey."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.proving.ways import joined, way_to
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

NOTHING_ENDS = N_(
    "After this wait the patient is contacted although neither a goal nor an exit can have ended the journey meanwhile"
)


class NothingEndsIt(Check):
    """Who has come, or wants no more, is not asked again: goals and exits end every wait at once. It warns.

    The patient's death ends every journey, and a withdrawn consent holds every message, without any exit.
    """

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """The first wait before a message or a task, in a journey without endings; the way goes over it."""
        if head.goals or head.exits:
            return
        contacts = [step_id for step_id, node in nodes.items() if is_contact(node)]
        for node in nodes.values():
            to_wait = way_to(nodes, head.start, [node.id]) if node.step.rests else ()
            after = [each for each in contacts if each != node.id]
            onward = way_to(nodes, node.id, after) if to_wait else ()
            if onward:
                path = joined(to_wait, onward)
                yield Problem(f"steps.{node.id}", NOTHING_ENDS, severity="warning", path=path)
                return


def is_contact(node: Node) -> bool:
    """Whether somebody turns to the patient here."""
    return bool(node.step.contacts) or hasattr(node.step, "queue")
