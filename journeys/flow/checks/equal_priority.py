"""Journeys of one group that are in force have different priorities, so that one of them goes first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

ALIKE = N_("The journey %(journey)s of the same group has the same priority, so neither holds the other back")
UNSAID = 50
"""The priority of a journey that says none."""


class EqualPriority(Check):
    """Somebody decided which journey of a group is the more important one. It warns: both run all the same."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """Every other journey in force of the group."""
        if head.group is None:
            return
        for slug, content in sorted(catalogue.journeys.items()):
            is_other = slug != catalogue.journey and content.get("group") == head.group
            if is_other and content.get("priority", UNSAID) == head.priority:
                yield Problem("priority", ALIKE, {"journey": slug}, severity="warning")
