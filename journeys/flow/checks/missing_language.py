"""Every template that a journey sends exists in every language of the organisation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.proving.ways import way_to
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

MISSING = N_("The template has no text in: %(languages)s")


class MissingLanguage(Check):
    """Everybody can read what they get."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """Each step that sends a published template."""
        for node in nodes.values():
            template = catalogue.templates.get(getattr(node.step, "template", ""))
            if template is None:
                continue
            missing = [language for language in catalogue.languages if language not in template.get("texts", {})]
            if missing:
                path = way_to(nodes, head.start, [node.id])
                yield Problem(f"steps.{node.id}.config.template", MISSING, {"languages": ", ".join(missing)}, path=path)
