"""Every stage that a step belongs to is in the catalogue of stages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

UNKNOWN = N_("There is no stage %(stage)s; there are: %(known)s")


class UnknownStage(Check):
    """Stages are what figures count, so they are a closed list."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """Each step that names a stage."""
        known = ", ".join(sorted(catalogue.stages))
        for node in nodes.values():
            if node.stage is not None and node.stage not in catalogue.stages:
                yield Problem(f"steps.{node.id}.stage", UNKNOWN, {"stage": node.stage, "known": known})
