"""Reports of tests and imaging."""

from __future__ import annotations

from journeys.criteria.fields.base import Record, code, instant
from journeys.foundation.words import N_
from journeys.store.clinical import DiagnosticReport as Table


class DiagnosticReport(Record):
    """A report of tests or imaging; windows look at the time that it is about."""

    label = N_("a report")
    singular = N_("report")
    plural = N_("reports")
    table = Table
    when = "effective_at"
    attributes = {
        "effective_at": instant("effective_at", N_("time")),
        "issued_at": instant("issued_at", N_("time of the result")),
        "status": code(
            "status",
            N_("status"),
            {
                "registered": N_("registered"),
                "partial": N_("partial"),
                "preliminary": N_("preliminary"),
                "final": N_("final"),
                "amended": N_("amended"),
                "corrected": N_("corrected"),
                "appended": N_("appended"),
                "cancelled": N_("cancelled"),
                "unknown": N_("unknown"),
            },
        ),
        "category": code("category", N_("category")),
        "code": code("code", N_("code"), system="code_system"),
        "code_system": code("code_system", N_("code system")),
    }
