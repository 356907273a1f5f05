"""No circle of journeys that start each other: a patient could go round for ever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.running.asking import STARTING, journeys_named
from journeys.flow.text.catalogue import Catalogue, Content
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

CIRCLE = N_("These journeys start each other in a circle: %(journeys)s")


class JourneysInACircle(Check):
    """What this journey starts does not lead back to it, by whatever journeys that are in force now."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """The shortest way back, at each step that begins it."""
        if catalogue.journey is None:
            return
        for node in nodes.values():
            slug = getattr(node.step, "journey", None)
            if slug is None or node.step.name not in STARTING or slug == catalogue.journey:
                continue
            way = way_back(slug, catalogue.journey, catalogue.journeys)
            if way is not None:
                data = {"journeys": " → ".join((catalogue.journey, *way))}
                yield Problem(f"steps.{node.id}.config.journey", CIRCLE, data)


def way_back(first: str, wanted: str, journeys: Mapping[str, Content]) -> tuple[str, ...] | None:
    """The shortest way from one journey to another by what each starts, both named; None where there is none."""
    waiting: list[tuple[str, ...]] = [(first,)]
    seen = {first}
    for way in waiting:
        if way[-1] == wanted:
            return way
        for slug in journeys_named(journeys.get(way[-1], {}), STARTING):
            if slug not in seen:
                seen.add(slug)
                waiting.append((*way, slug))
    return None
