"""Every port of every step leads to a step, and no step names a port it does not have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

NO_START = N_("The journey starts at %(step)s, and there is no such step")
LEADS_NOWHERE = N_("The way out %(port)s leads nowhere")
NO_SUCH_TARGET = N_("The way out %(port)s leads to %(step)s, and there is no such step")
NO_SUCH_PORT = N_("This step has no way out %(port)s; it has: %(known)s")


class PortsLeadSomewhere(Check):
    """A patient who leaves a step arrives at another."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """The start, then each step's ports in their order."""
        if head.start not in written:
            yield Problem("start", NO_START, {"step": head.start})
        for node in nodes.values():
            yield from problems_of(node, written)


def problems_of(node: Node, written: frozenset[str]) -> Iterable[Problem]:
    """The ports of one step."""
    where = f"steps.{node.id}.next"
    ports = node.step.ports()
    for port in ports:
        if port not in node.next:
            yield Problem(f"{where}.{port}", LEADS_NOWHERE, {"port": port})
    for port, target in node.next.items():
        if port not in ports:
            yield Problem(f"{where}.{port}", NO_SUCH_PORT, {"port": port, "known": ", ".join(ports)})
        elif target not in written:
            yield Problem(f"{where}.{port}", NO_SUCH_TARGET, {"port": port, "step": target})
