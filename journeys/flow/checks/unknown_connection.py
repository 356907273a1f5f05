"""Every system that a step calls is connected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

UNKNOWN = N_("There is no connection %(connection)s; there are: %(known)s")
NONE_AT_ALL = N_("There is no connection %(connection)s; an administrator opens connections")


class UnknownConnection(Check):
    """Only what an administrator has opened is called; an address in a journey would be anybody's door."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """Any step with a connection."""
        known = ", ".join(sorted(catalogue.connections))
        for node in nodes.values():
            slug = getattr(node.step, "connection", None)
            if slug is None or slug in catalogue.connections:
                continue
            where = f"steps.{node.id}.config.connection"
            if known:
                yield Problem(where, UNKNOWN, {"connection": slug, "known": known})
            else:
                yield Problem(where, NONE_AT_ALL, {"connection": slug})
