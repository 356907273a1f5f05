"""Findings and measurements."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from journeys.criteria.fields.base import Record, code, instant, number
from journeys.foundation.words import N_
from journeys.store.clinical import Observation as Table


class Observation(Record):
    """A finding or measurement; components of a panel (systolic, diastolic) are observations of their own.

    Windows look at the time that it is about. `value` is its number in the unit `unit`, `value_code` its coded value,
    `interpretation` what the source makes of it (H, L, N and so on). One that was cancelled never counts, unless
    just that is asked (`not_done`); `reason` says why then.
    """

    label = N_("an observation")
    singular = N_("observation")
    plural = N_("observations")
    table = Table
    when = "effective_at"
    until = "effective_until"
    not_counted = ("entered-in-error", "cancelled")
    attributes = {
        "effective_at": instant("effective_at", N_("time")),
        "effective_until": instant("effective_until", N_("end")),
        "issued_at": instant("issued_at", N_("time of the result")),
        "status": code(
            "status",
            N_("status"),
            {
                "registered": N_("registered"),
                "preliminary": N_("preliminary"),
                "final": N_("final"),
                "amended": N_("amended"),
                "corrected": N_("corrected"),
                "unknown": N_("unknown"),
            },
        ),
        "code": code("code", N_("code"), system="code_system"),
        "code_system": code("code_system", N_("code system")),
        "category": code("category", N_("category")),
        "value": number("value_number", N_("value"), unit="value_unit"),
        "unit": code("value_unit", N_("unit")),
        "value_code": code("value_code", N_("coded value"), system="value_system"),
        "interpretation": code("interpretation", N_("interpretation")),
        "reason": code("reason_code", N_("reason"), system="reason_system"),
    }

    def refused(self, row: Any) -> ColumnElement[bool]:
        """The ones that were cancelled."""
        return row.c.status == "cancelled"
