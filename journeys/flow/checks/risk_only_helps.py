"""What attendance risk decides is help: messages, tasks, waits, and nothing that takes something away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.steps.attendance_risk import AttendanceRisk
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

HELPS = frozenset(
    (
        "ask",
        "attendance_risk",
        "branch",
        "end",
        "experiment",
        "note",
        "rate_limit",
        "remind",
        "repeat",
        "send_message",
        "task",
        "wait",
        "wait_for_date",
        "wait_for_reply",
        "wait_until",
    )
)
"""Steps that may depend on it. A new step does not before somebody puts it here."""

NO_HELP = N_(
    "Attendance risk decides who comes here (%(step)s), and it may decide on help only: messages, tasks, waits"
)


class RiskOnlyHelps(Check):
    """A step that only some ways out of a parting by risk lead to, is one that helps.

    Nobody is refused, booked twice or asked for money for what was foretold of them, and nothing foretold is written
    where other rules could read it. What all ways lead to happens whatever the risk.
    """

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """Each such step, named with the parting before it."""
        for node in nodes.values():
            if not isinstance(node.step, AttendanceRisk):
                continue
            ways = [reached(nodes, node.next.get(port), node.id) for port in node.step.ports()]
            decided = set().union(*ways) - set(ways[0]).intersection(*ways)
            for step_id in sorted(decided):
                if nodes[step_id].step.name not in HELPS:
                    yield Problem(f"steps.{step_id}", NO_HELP, {"step": node.id})


def reached(nodes: Mapping[str, Node], start: str | None, parting: str) -> set[str]:
    """The steps that one comes to from a step, as far as there are such, not going on through the parting itself."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        step_id = waiting.pop()
        if step_id is not None and step_id in nodes and step_id not in found and step_id != parting:
            found.add(step_id)
            waiting += nodes[step_id].next.values()
    return found
