"""A step that looks back at the last message comes after one on every way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.proving.ways import way_to
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

NOTHING_SENT = N_("One can come here without any message before, so there is nothing to wait for or to remind of")


class NothingSentBefore(Check):
    """Nobody is reminded of what they never got; a wait for a reply to nothing is over at once."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """Each such step that a way leads to on which nothing is sent; that way is the proof."""
        for node in nodes.values():
            if node.step.looks_back:
                path = way_to(nodes, head.start, [node.id], sends_nothing)
                if path:
                    yield Problem(f"steps.{node.id}", NOTHING_SENT, path=path)


def sends_nothing(node: Node, port: str) -> bool:
    """Whether nothing is sent by a step, so that a way through it counts."""
    return not node.step.contacts
