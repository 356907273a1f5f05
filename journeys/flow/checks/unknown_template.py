"""Every template that a step sends is published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.catalogue import Catalogue
from journeys.flow.checks.base import Check
from journeys.flow.definition import Head, Node
from journeys.flow.ways import way_to
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

UNKNOWN = N_("There is no published template %(template)s")


class UnknownTemplate(Check):
    """What is to be sent exists."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """Any step with a template."""
        for node in nodes.values():
            template = getattr(node.step, "template", None)
            if template is not None and template not in catalogue.templates:
                path = way_to(nodes, head.start, [node.id])
                yield Problem(f"steps.{node.id}.config.template", UNKNOWN, {"template": template}, path=path)
