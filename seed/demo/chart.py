"""Collects the rows of some patients and writes them table by table."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

from journeys.foundation.ids import new_uid
from journeys.foundation.secrets import seal
from journeys.store import (
    Appointment,
    CarePlan,
    CarePlanActivity,
    Condition,
    Consent,
    DiagnosticReport,
    Encounter,
    Episode,
    Immunization,
    MedicationRequest,
    Note,
    Observation,
    Patient,
    PatientAddress,
    PatientIdentifier,
    PatientLocation,
    PatientName,
    PatientTelecom,
    PatientToken,
    Procedure,
    Referral,
    RelatedPerson,
    SourceRecord,
)
from seed.demo.bulk import Numbers, insert_rows

ORDER = (
    SourceRecord,
    Patient,
    PatientName,
    PatientIdentifier,
    PatientTelecom,
    PatientAddress,
    PatientLocation,
    PatientToken,
    RelatedPerson,
    Consent,
    Episode,
    Referral,
    Appointment,
    Encounter,
    Condition,
    Observation,
    Procedure,
    MedicationRequest,
    Immunization,
    DiagnosticReport,
    CarePlan,
    CarePlanActivity,
    Note,
)
"""Tables in the order in which they are written: what is named before what names it."""


class Chart:
    """Rows to be written, by table. `add` gives the id at once, so that later rows can name it."""

    def __init__(self, session: Session, now: dt.datetime) -> None:
        """Start with nothing."""
        self.session = session
        self.now = now
        self.numbers = Numbers(session)
        self.rows: dict[Table, list[dict[str, Any]]] = defaultdict(list)

    def add(self, model: type[Any], **values: Any) -> int:
        """Keep one row; values of sealed columns are given by their plain name and sealed here."""
        table = model.__table__
        row: dict[str, Any] = {}
        if "id" in table.c:
            row["id"] = self.numbers.next(table.name)
        if "uid" in table.c:
            row["uid"] = new_uid()
        if "recorded_at" in table.c:
            row["recorded_at"] = self.now
        for name, value in values.items():
            if name in table.c:
                row[name] = value
            else:
                row[f"{name}_sealed"] = sealed(table.name, name, value, row["uid"])
        self.rows[table].append(row)
        return row.get("id", 0)

    def write(self) -> None:
        """Write every row; rows of a table that give the same columns go together."""
        for model in ORDER:
            groups: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
            for row in self.rows.pop(model.__table__, []):
                groups[tuple(row)].append(row)
            for rows in groups.values():
                insert_rows(self.session, model.__table__, rows)
        if self.rows:
            raise ValueError(f"No place in the order for {[table.name for table in self.rows]}")


def sealed(table: str, column: str, value: str | bytes | None, uid: uuid.UUID) -> bytes | None:
    """A sealed value, or None for none."""
    return None if value is None else seal(value, table, column, uid)
