"""What an expression of SQL reads, so that whoever changes it is noticed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table
from sqlalchemy.sql.elements import ColumnClause
from sqlalchemy.sql.visitors import iterate

from journeys.foundation.tables import Base

Reads = dict[str, list[str]]
"""Table → the columns read, sorted."""

OF_PATIENT = (
    "birth_date",
    "deceased",
    "gender",
    "language",
    "managing_location_id",
    "merged_into_id",
    "payer_class",
    "preferred_channel",
    "time_zone",
)
"""The columns of `patient` whose change marks the patient (migration 0003)."""

BY_SLUG: Mapping[str, set[str]] = {
    "patient": {"id", "uid", "lane", *OF_PATIENT},
    "location": {"id", "slug", "time_zone"},
    "department": {"id", "slug"},
    "service_line": {"id", "slug"},
    "task_queue": {"id", "slug"},
    "definition": {"id", "slug"},
}
"""What is watched at all times, or never changes: table → columns."""

UNCHANGING = ("zone_span", "value_set_code")
"""Tables whose rows stay as they are."""


def reads_of(*expressions: ColumnElement[Any]) -> Reads:
    """Every column that these expressions read, also in the queries inside them."""
    found: dict[str, set[str]] = {}
    for expression in expressions:
        for part in iterate(expression):
            if isinstance(part, ColumnClause) and part.table is not None:
                table = getattr(part.table, "element", part.table)
                if isinstance(table, Table):
                    found.setdefault(table.name, set()).add(part.key)
    return {name: sorted(columns) for name, columns in sorted(found.items())}


def to_watch(reads: Reads) -> Reads | None:
    """The tables of patients' records that need a watch, with the columns that matter; None when something that is read
    cannot be watched."""
    watched = {}
    for name, columns in reads.items():
        if name in UNCHANGING or set(columns) <= BY_SLUG.get(name, set()):
            continue
        if not can_be_watched(name):
            return None
        watched[name] = columns
    return watched


def can_be_watched(name: str) -> bool:
    """Whether there is a table of patients' records of this name."""
    table = Base.metadata.tables.get(name)
    return table is not None and name != "patient" and "patient_id" in table.c and "id" in table.c
