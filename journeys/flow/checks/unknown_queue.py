"""Every queue that a step gives work to exists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.proving.ways import way_to
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

UNKNOWN = N_("There is no queue %(queue)s; there are: %(known)s")


class UnknownQueue(Check):
    """Work lands where somebody looks."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """Any step with a queue."""
        known = ", ".join(sorted(catalogue.queues))
        for node in nodes.values():
            queue = getattr(node.step, "queue", None)
            if queue is not None and queue not in catalogue.queues:
                path = way_to(nodes, head.start, [node.id])
                yield Problem(f"steps.{node.id}.config.queue", UNKNOWN, {"queue": queue, "known": known}, path=path)
