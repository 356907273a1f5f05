"""Prescriptions and orders of medicines."""

from __future__ import annotations

from journeys.criteria.fields.base import Record, code, instant
from journeys.foundation.words import N_
from journeys.store.clinical import MedicationRequest as Table


class MedicationRequest(Record):
    """A prescription or order of a medicine; windows look at when it was written."""

    label = N_("a prescription")
    singular = N_("prescription")
    plural = N_("prescriptions")
    table = Table
    when = "authored_at"
    attributes = {
        "authored_at": instant("authored_at", N_("time")),
        "status": code(
            "status",
            N_("status"),
            {
                "active": N_("active"),
                "on-hold": N_("on hold"),
                "cancelled": N_("cancelled"),
                "completed": N_("completed"),
                "stopped": N_("stopped"),
                "draft": N_("draft"),
                "unknown": N_("unknown"),
            },
        ),
        "intent": code("intent", N_("intent")),
        "code": code("code", N_("medicine"), system="code_system"),
        "code_system": code("code_system", N_("code system")),
    }
