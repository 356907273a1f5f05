"""Every system that a step calls is connected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.catalogue import Catalogue
from journeys.flow.checks.base import Check
from journeys.flow.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

UNKNOWN = N_("There is no connection %(connection)s; there are: %(known)s")


class UnknownConnection(Check):
    """Only what an administrator has opened is called; an address in a journey would be anybody's door."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """Any step with a connection."""
        known = ", ".join(sorted(catalogue.connections))
        for node in nodes.values():
            slug = getattr(node.step, "connection", None)
            if slug is not None and slug not in catalogue.connections:
                yield Problem(f"steps.{node.id}.config.connection", UNKNOWN, {"connection": slug, "known": known})
