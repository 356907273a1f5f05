"""Vaccinations."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from journeys.criteria.fields.base import Record, code, instant
from journeys.foundation.words import N_
from journeys.store.clinical import Immunization as Table


class Immunization(Record):
    """A vaccine that was given; windows look at when. One that was not given never counts, unless just that is
    asked (`not_done`); `reason` says why then.
    """

    label = N_("an immunization")
    singular = N_("immunization")
    plural = N_("immunizations")
    table = Table
    when = "occurrence_at"
    not_counted = ("entered-in-error", "not-done")
    attributes = {
        "occurrence_at": instant("occurrence_at", N_("time")),
        "status": code(
            "status",
            N_("status"),
            {
                "completed": N_("completed"),
            },
        ),
        "code": code("code", N_("vaccine"), system="code_system"),
        "code_system": code("code_system", N_("code system")),
        "reason": code("reason_code", N_("reason"), system="reason_system"),
    }

    def refused(self, row: Any) -> ColumnElement[bool]:
        """The ones that were not given."""
        return row.c.status == "not-done"
