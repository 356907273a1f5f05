"""What a template quotes is what the clinic says now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.proving.ways import way_to
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.flow.words.texts_named import texts_named
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

CHANGED = N_(
    "The template quotes %(wordings)s as it was: the approved wording has changed since. Publish the template anew,"
    " then this journey"
)


class WordingChanged(Check):
    """A warning: the older words stay in force until the template is published anew."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """Each step that says a template which quotes an older wording."""
        for node in nodes.values():
            for key, slug, _ in texts_named(node.step):
                wordings = catalogue.outdated.get(slug, ())
                if wordings:
                    data = {"wordings": ", ".join(wordings)}
                    path = way_to(nodes, head.start, [node.id])
                    yield Problem(f"steps.{node.id}.config.{key}", CHANGED, data, severity="warning", path=path)
