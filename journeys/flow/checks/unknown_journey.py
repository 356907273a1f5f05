"""Every journey that a step starts, stops or goes through is in force, and about the same records or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

UNKNOWN = N_("There is no journey %(journey)s in force")
ITSELF = N_("A journey cannot start, stop or go through itself; an end step ends it")
OTHER_FOCUS = N_("The journey %(journey)s is about %(other_focus)s, this one about %(focus)s")
NOTHING = N_("patients only")


class UnknownJourney(Check):
    """What is asked of another journey can be done."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """Any step with a journey."""
        for node in nodes.values():
            slug = getattr(node.step, "journey", None)
            if slug is not None:
                yield from wrong_with(slug, f"steps.{node.id}.config.journey", head, catalogue)


def wrong_with(slug: str, where: str, head: Head, catalogue: Catalogue) -> Iterable[Problem]:
    """What is wrong with one of them."""
    if slug == catalogue.journey:
        yield Problem(where, ITSELF)
        return
    other = catalogue.journeys.get(slug)
    if other is None:
        yield Problem(where, UNKNOWN, {"journey": slug})
    elif other.get("focus") not in (None, head.focus):
        data = {"journey": slug, "other_focus": other["focus"], "focus": head.focus or NOTHING}
        yield Problem(where, OTHER_FOCUS, data)
