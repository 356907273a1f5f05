"""Courses of treatment."""

from __future__ import annotations

from journeys.criteria.fields.base import Record, code, instant, number
from journeys.foundation.words import N_
from journeys.store.plans import TreatmentCourse as Table


class TreatmentCourse(Record):
    """A course of several sessions (physiotherapy, cycles of chemotherapy); windows look at when it began."""

    label = N_("a course of treatment")
    singular = N_("course of treatment")
    plural = N_("courses of treatment")
    table = Table
    when = "start_at"
    attributes = {
        "start_at": instant("start_at", N_("beginning")),
        "end_at": instant("end_at", N_("end")),
        "status": code(
            "status",
            N_("status"),
            {
                "draft": N_("draft"),
                "active": N_("active"),
                "on-hold": N_("on hold"),
                "revoked": N_("left early"),
                "completed": N_("completed"),
                "unknown": N_("unknown"),
            },
        ),
        "sessions_planned": number("sessions_planned", N_("planned sessions")),
        "sessions_done": number("sessions_done", N_("sessions done")),
        "code": code("code", N_("code"), system="code_system"),
        "code_system": code("code_system", N_("code system")),
    }
