"""A message that is planned before an appointment says up to when it is of use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.proving.lateness import latest_arrivals
from journeys.flow.proving.ways import NO_TIME
from journeys.flow.steps.send_message import SendMessage
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

BEGINS = "start_at"
NO_END = N_(
    "This message comes before the appointment. Say up to when it is of use, or a delay can send it after the"
    " appointment has begun"
)


class ReminderWithoutEnd(Check):
    """A reminder never comes after what it reminds of, however long the journey stood still. It warns.

    What was planned before the appointment is held by itself once that has begun; what a pause or an outage let be
    planned only afterwards is not, because thanks for a visit are planned then as well.
    """

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """Each step that sends without an end and is reached before the appointment even on its latest way."""
        if head.focus != "appointment":
            return
        told: set[str] = set()
        for arrival, path in latest_arrivals(nodes, head.start, head.focus, BEGINS, catalogue.quiet):
            step = nodes[arrival.step].step
            is_open = isinstance(step, SendMessage) and step.useful_until is None and step.useful_for_days is None
            if is_open and arrival.at < NO_TIME and arrival.step not in told:
                told.add(arrival.step)
                yield Problem(f"steps.{arrival.step}.config", NO_END, severity="warning", path=path)
