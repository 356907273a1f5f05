"""A message's template has the purpose of its journey: consent is asked for one purpose, not for two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.proving.ways import way_to
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

DISAGREES = N_("The template is for %(template_purpose)s, the journey for %(purpose)s")


class PurposeDisagrees(Check):
    """Nobody gets a promotion under the consent for care."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """Each step that sends a published template."""
        for node in nodes.values():
            template = catalogue.templates.get(getattr(node.step, "template", ""))
            if template is not None and template.get("purpose", "care") != head.purpose:
                data = {"template_purpose": template.get("purpose", "care"), "purpose": head.purpose}
                path = way_to(nodes, head.start, [node.id])
                yield Problem(f"steps.{node.id}.config.template", DISAGREES, data, path=path)
