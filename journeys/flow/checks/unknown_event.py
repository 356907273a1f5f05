"""Every event that a journey listens to is one that can happen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.flow.text.kinds import KINDS
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

UNKNOWN = N_("There is no event %(event)s; there are: %(known)s")


class UnknownEvent(Check):
    """Nobody waits for what never comes."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """The entry, goals, exits and every step that waits for an event."""
        for where, kind in listened(head, nodes):
            if kind not in KINDS:
                yield Problem(where, UNKNOWN, {"event": kind, "known": ", ".join(KINDS)})


def listened(head: Head, nodes: Mapping[str, Node]) -> Iterator[tuple[str, str]]:
    """(place, kind) of every event that is named."""
    if head.entry.event is not None:
        yield "entry.event", head.entry.event
    for list_name, endings in (("goals", head.goals), ("exits", head.exits)):
        for position, ending in enumerate(endings):
            if ending.event is not None:
                yield f"{list_name}.{position}.event", ending.event
    for node in nodes.values():
        kind = getattr(node.step, "event", None)
        if isinstance(kind, str):
            yield f"steps.{node.id}.config.event", kind
        for position, deed in enumerate(getattr(node.step, "acts", ())):
            yield f"steps.{node.id}.config.acts.{position}.event", deed.event
