"""Every custom field that a step writes is one that journeys may change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.criteria.custom.may import journeys_may_edit
from journeys.flow.checks.base import Check
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

CLOSED = N_("Journeys may not change the field %(field)s; who looks after the field can allow it there")


class FieldClosedToJourneys(Check):
    """What a clinic has not opened to journeys is changed by people alone."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """Each field that a step writes and that there is."""
        for node in nodes.values():
            for needed in node.step.custom_fields():
                known = catalogue.custom.get(needed.slug)
                if needed.is_written and known is not None and not journeys_may_edit(known.field):
                    yield Problem(f"steps.{node.id}.config.{needed.where}", CLOSED, {"field": needed.name})
