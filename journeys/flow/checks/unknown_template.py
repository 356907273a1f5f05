"""Every template that a step names is published, and is for what the step does with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.contact.texts.text_uses import CALL, MESSAGE, uses_of
from journeys.flow.checks.base import Check
from journeys.flow.proving.ways import way_to
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.flow.words.texts_named import texts_named
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

UNKNOWN = N_("There is no published template %(template)s")
OTHER_USE = {
    MESSAGE: N_("The template %(template)s is not for messages. Say on its page what it is for"),
    CALL: N_("The template %(template)s is no call script. Say on its page what it is for"),
}


class UnknownTemplate(Check):
    """What is to be said exists, and was approved for that."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """Any step with a template or a script."""
        for node in nodes.values():
            for key, slug, use in texts_named(node.step):
                known = catalogue.templates.get(slug)
                if known is None or use not in uses_of(known):
                    says = UNKNOWN if known is None else OTHER_USE[use]
                    path = way_to(nodes, head.start, [node.id])
                    yield Problem(f"steps.{node.id}.config.{key}", says, {"template": slug}, path=path)
