"""Prescriptions and orders of medicines."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, not_

from journeys.criteria.fields.base import Record, code, instant
from journeys.foundation.words import N_
from journeys.store.clinical import MedicationRequest as Table


class MedicationRequest(Record):
    """A prescription or order of a medicine; windows look at when it was written.

    It lasts from `starts_at` to `ends_at`: as long as what it supplies is enough. An order not to give a medicine never
    counts, unless just that is asked (`not_done`).
    """

    label = N_("a prescription")
    singular = N_("prescription")
    plural = N_("prescriptions")
    table = Table
    when = "authored_at"
    since = "starts_at"
    until = "ends_at"
    attributes = {
        "authored_at": instant("authored_at", N_("time")),
        "starts_at": instant("starts_at", N_("beginning"), otherwise="authored_at"),
        "ends_at": instant("ends_at", N_("end")),
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
        "category": code("category", N_("category")),
        "code": code("code", N_("medicine"), system="code_system"),
        "code_system": code("code_system", N_("code system")),
        "reason": code("reason_code", N_("reason"), system="reason_system"),
    }

    def counts(self, row: Any) -> ColumnElement[bool]:
        """Neither entered in error nor an order not to give it."""
        return and_(super().counts(row), not_(row.c.do_not_perform))

    def refused(self, row: Any) -> ColumnElement[bool]:
        """The orders not to give a medicine."""
        return and_(super().counts(row), row.c.do_not_perform)
