"""What steps ask of other journeys, and what has become of it; `reactions/journey_asked` sees to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from journeys.flow.steps.base import Rows

ASKED = "journey.asked"
WRITTEN = frozenset({"journey_request", "enrolment", "event"})
"""What asking changes by the end of the transaction: the reaction to it begins and ends enrolments."""


STARTING = ("start_journey", "sub_journey")
NAMING = (*STARTING, "stop_journey")


def journeys_named(content: Mapping[str, Any], types: Collection[str] = NAMING) -> Iterator[str]:
    """The journeys that the steps of these types name in a journey, which may be half-written."""
    steps = content.get("steps")
    for step in steps.values() if isinstance(steps, Mapping) else ():
        config = step.get("config") if isinstance(step, Mapping) and step.get("type") in types else None
        slug = config.get("journey") if isinstance(config, Mapping) else None
        if isinstance(slug, str):
            yield slug


def asks(rows: Rows, action: str, journey: str) -> Mapping[str, Any]:
    """The values of a row that asks, once for each visit, that the patient begins or leaves another journey."""
    return {
        "patient_id": rows.c.patient_id,
        "enrolment_id": rows.c.enrolment_id,
        "step": rows.c.step,
        "visit": rows.c.visit,
        "focus_kind": rows.c.focus_kind,
        "focus_id": rows.c.focus_id,
        "action": action,
        "journey": journey,
        "asked_at": rows.c.now,
    }
