"""Procedures."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from journeys.criteria.fields.base import Record, code, instant
from journeys.foundation.words import N_
from journeys.store.clinical import Procedure as Table


class Procedure(Record):
    """A procedure in preparation, under way or done; windows look at when it began.

    One that was not done never counts, unless just that is asked (`not_done`); `reason` says why then.
    """

    label = N_("a procedure")
    singular = N_("procedure")
    plural = N_("procedures")
    table = Table
    when = "performed_at"
    until = "performed_until"
    not_counted = ("entered-in-error", "not-done")
    attributes = {
        "performed_at": instant("performed_at", N_("time")),
        "performed_until": instant("performed_until", N_("end")),
        "status": code(
            "status",
            N_("status"),
            {
                "preparation": N_("in preparation"),
                "in-progress": N_("in progress"),
                "on-hold": N_("on hold"),
                "stopped": N_("stopped"),
                "completed": N_("completed"),
                "unknown": N_("unknown"),
            },
        ),
        "code": code("code", N_("code"), system="code_system"),
        "code_system": code("code_system", N_("code system")),
        "reason": code("reason_code", N_("reason"), system="reason_system"),
    }

    def refused(self, row: Any) -> ColumnElement[bool]:
        """The ones that were not done."""
        return row.c.status == "not-done"
