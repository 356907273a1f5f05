"""Every channel that a step tries is one that messages can be written in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.contact.deciding.ladder import spoken
from journeys.flow.checks.base import Check
from journeys.flow.proving.ways import way_to
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

UNKNOWN = N_("There is no channel %(channel)s; there are: %(known)s")


class UnknownChannel(Check):
    """Consent is kept for a channel: a message that names none that exists would be held for everybody."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """Each rung of each ladder; the way leads to its step."""
        known = sorted(spoken())
        for node in nodes.values():
            for number, channel in enumerate(getattr(node.step, "channels", ())):
                if channel not in known:
                    path = way_to(nodes, head.start, [node.id])
                    data = {"channel": channel, "known": ", ".join(known)}
                    yield Problem(f"steps.{node.id}.config.channels.{number}", UNKNOWN, data, path=path)
