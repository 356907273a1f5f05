"""Conditions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func

from journeys.criteria.fields.base import Record, code, instant
from journeys.foundation.words import N_
from journeys.store.clinical import Condition as Table


class Condition(Record):
    """A condition, problem or diagnosis; one that was refuted never counts.

    Windows look at its onset, or at when it was recorded where no onset is known. An active one without an end goes on.
    """

    label = N_("a condition")
    singular = N_("condition")
    plural = N_("conditions")
    table = Table
    when = "onset_at"
    until = "abatement_at"
    lasting = ("active", "recurrence", "relapse")
    not_counted = ()
    attributes = {
        "onset_at": instant("onset_at", N_("onset"), otherwise="asserted_at"),
        "abatement_at": instant("abatement_at", N_("end")),
        "asserted_at": instant("asserted_at", N_("time of recording")),
        "status": code(
            "status",
            N_("status"),
            {
                "active": N_("active"),
                "recurrence": N_("recurrence"),
                "relapse": N_("relapse"),
                "inactive": N_("inactive"),
                "remission": N_("remission"),
                "resolved": N_("resolved"),
                "unknown": N_("unknown"),
            },
        ),
        "verification_status": code("verification_status", N_("verification")),
        "category": code("category", N_("category")),
        "severity": code("severity", N_("severity")),
        "code": code("code", N_("code"), system="code_system"),
        "code_system": code("code_system", N_("code system")),
    }

    def counts(self, row: Any) -> ColumnElement[bool]:
        """Neither refuted nor entered in error."""
        return func.coalesce(row.c.verification_status, "").not_in(["refuted", "entered-in-error"])
