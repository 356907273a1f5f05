"""Every task says by when it is to be done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.proving.ways import way_to
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

NO_TIME = N_("Say by when the task is to be done")


class TaskWithoutTime(Check):
    """Work that nobody has to do by any time is not done."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """Each step that gives work to a queue without a time; the way leads to it."""
        for node in nodes.values():
            if hasattr(node.step, "queue") and getattr(node.step, "due_in", None) is None:
                path = way_to(nodes, head.start, [node.id])
                yield Problem(f"steps.{node.id}.config.due", NO_TIME, path=path)
