"""`Subject` says for whom a rule is decided: the columns of a batch of rows, or the patient table itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, inspect, select

from journeys.store.people import Patient

PATIENTS = Patient.__table__.alias("fact_patient")
"""What facts are looked up in, where a batch has no patient row at hand."""


FACTS = (
    "birth_date",
    "deceased",
    "gender",
    "language",
    "managing_location_id",
    "payer_class",
    "preferred_channel",
    "time_zone",
    "uid",
)
"""What rules ask of the patient's own row."""


@dataclass(frozen=True)
class PatientAtHand:
    """The patient's row as columns of a relation that has them beside its own."""

    c: Mapping[str, ColumnElement[Any]]


def beside(name: str) -> str:
    """What a relation calls a column of the patient's row that it has beside its own."""
    return f"patient_{name}"


def at_hand(relation: Any) -> PatientAtHand:
    """The patient's row in a relation that has all `FACTS`; what a statement does not use the database leaves out."""
    return PatientAtHand({name: relation.c[beside(name)] for name in FACTS})


@dataclass(frozen=True)
class Subject:
    """One row of a batch, as SQL.

    `patient_id` is the column with the patient; `now` an aware moment, or a column when rows have different ones
    (slower: a moment known beforehand lets dates be compared with constants first). `focus_kind` names the record that
    the rows are about (`appointment`; a name of `criteria.fields`), `focus_id` is the column with its id. `patient` is
    the joined patient table, or its columns in a relation (`at_hand`), when the batch has it at hand. `many` says that
    the rows are most of the patients: counting then groups whole tables once instead of looking up each patient.
    """

    patient_id: Any
    now: dt.datetime | ColumnElement[dt.datetime]
    focus_kind: str | None = None
    focus_id: Any = None
    enrolment_id: Any = None
    patient: Any = None
    many: bool = False

    def fact(self, name: str) -> ColumnElement[Any]:
        """A column of the patient: of the row at hand, or looked up by id."""
        if self.patient is not None:
            return columns_of(self.patient)[name]
        wanted = select(PATIENTS.c[name]).where(PATIENTS.c.id == self.patient_id)
        return wanted.correlate_except(PATIENTS).scalar_subquery()


def columns_of(rows: Any) -> Any:
    """The columns of a table, an alias or a mapped class by name.

    Tables are used without their mapping: rules nest deeply, and mapped columns make building them many times slower.
    """
    return rows.c if hasattr(rows, "c") else inspect(rows).selectable.c
