"""Nobody is held out of a journey that serves the patient's own affairs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

HELD_OUT = N_("Nobody may be held out of a transactional journey")


class HeldOutOfService(Check):
    """A holdout measures an effect; what somebody is owed is not measured on their back."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """Each step that holds out patients, in a journey whose purpose is transactional."""
        for node in nodes.values():
            if head.purpose == "transactional" and getattr(node.step, "held_out", False):
                yield Problem(f"steps.{node.id}.config.held_out", HELD_OUT)
