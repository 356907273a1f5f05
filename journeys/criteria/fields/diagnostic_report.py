"""Reports of tests and imaging."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, null

from journeys.criteria.fields.base import Record, code, instant, worked_out
from journeys.criteria.kinds import CODE
from journeys.criteria.shapes import Rule, named_values
from journeys.foundation.words import N_
from journeys.store.clinical import REPORTED
from journeys.store.clinical import DiagnosticReport as Table

WAITS = {"acknowledge": N_("somebody to acknowledge it"), "inform": N_("the patient to be informed")}


def is_open(row: Any) -> ColumnElement[bool]:
    """Whether a result that came as news has not been told yet."""
    return and_(row.c.needs_review, row.c.informed_at.is_(None))


def waits_for(row: Any) -> ColumnElement[Any]:
    """What a result waits for: to be acknowledged, then to be told to the patient; NULL for nothing."""
    is_waiting = and_(is_open(row), row.c.status.in_(REPORTED))
    return case(
        (and_(is_waiting, row.c.acknowledged_at.is_(None)), "acknowledge"), (is_waiting, "inform"), else_=null()
    )


class DiagnosticReport(Record):
    """A report of tests or imaging; windows look at the time that it is about.

    `waits_for` is what a result that came as news still waits for: somebody to acknowledge it, then the patient to be
    informed. What a source sent as history waits for nothing.
    """

    label = N_("a report")
    singular = N_("report")
    plural = N_("reports")
    table = Table
    when = "effective_at"
    attributes = {
        "effective_at": instant("effective_at", N_("time")),
        "issued_at": instant("issued_at", N_("time of the result")),
        "received_at": instant("received_at", N_("time it came")),
        "acknowledged_at": instant("acknowledged_at", N_("time it was acknowledged")),
        "informed_at": instant("informed_at", N_("time the patient was informed")),
        "waits_for": worked_out(CODE, N_("what it waits for"), waits_for, WAITS),
        "severity": code("severity", N_("severity"), {"abnormal": N_("abnormal"), "critical": N_("critical")}),
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

    def narrowed(self, row: Any, where: Sequence[Rule]) -> ColumnElement[bool] | None:
        """What waits for something has an index."""
        return is_open(row) if named_values(where, "waits_for") else None
