"""Values of custom fields: what a clinic asks beyond the columns of the house, each with its history."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, Computed, Double, ForeignKey, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.secrets import Sealed
from journeys.foundation.tables import Base, Identified
from journeys.store.columns import OfPatient, in_order, one_of

RECORD_KINDS = ("patient", "appointment", "referral", "task", "conversation")
"""What custom fields can be on. A conversation is what a patient asked for: a row of `request`."""

COLUMNS = {
    "number": "value_number",
    "date": "value_date",
    "yes-no": "value_flag",
    "choice": "value_code",
    "many-choices": "value_code",
    "reference": "value_code",
    "text": "value_sealed",
    "table": "value_sealed",
}
"""Type of a field → the one column that holds its value. Free text is always sealed."""

TYPES = tuple(COLUMNS)
MANY = "many-choices"
YES_NO = "yes-no"
CURRENT = "until_at IS NULL"
FOUND_BY = ("value_rounded", "value_date", "value_flag", "value_code")
"""The columns by which few values are found among all that hold."""


def types_in(column: str) -> str:
    """The types whose value stands in a column, as SQL."""
    return ", ".join(f"'{kind}'" for kind, each in COLUMNS.items() if each == column)


def value_of_type() -> str:
    """SQL: the value stands in the column of its type, and nowhere else."""
    columns = dict.fromkeys(COLUMNS.values())
    return " AND ".join(f"(type IN ({types_in(column)})) = ({column} IS NOT NULL)" for column in columns)


def by_value(column: str) -> Index:
    """The index that finds the current values of a field by what they are."""
    name = f"ix_custom_value_by_{column.removeprefix('value_')}"
    return Index(name, "field", column, "record_id", postgresql_where=text(f"{CURRENT} AND {column} IS NOT NULL"))


class CustomValue(Identified, OfPatient, Base):
    """One value of one custom field of one record, from when until when it held (`until_at` null: it holds).

    `field` is the field's slug, `type` its type when the value was recorded, `version_id` the version of the field.
    `record_kind` and `record_id` say which row it is about: for `patient` the patient itself. Of many choices each is a
    row; an amount stands in the field's unit, which `value_unit` repeats. A table is sealed JSON. What is changed is
    closed and written anew, so that every past moment can be asked about. A record that moves to another patient takes
    its values along (a trigger). `value_rounded` is the number again, which an index may be asked for within policies.
    """

    __tablename__ = "custom_value"
    __table_args__ = (
        one_of("record_kind", *RECORD_KINDS),
        one_of("type", *TYPES),
        CheckConstraint(value_of_type(), name="value_of_type"),
        CheckConstraint("value_number > '-Infinity' AND value_number < 'Infinity'", name="value_number_finite"),
        CheckConstraint("value_unit IS NULL OR value_number IS NOT NULL", name="value_unit_of_number"),
        CheckConstraint("record_kind <> 'patient' OR record_id = patient_id", name="patient_is_the_record"),
        in_order("from_at", "until_at"),
        Index(
            "ix_custom_value_current",
            "field",
            "record_kind",
            "record_id",
            unique=True,
            postgresql_where=f"{CURRENT} AND type <> '{MANY}'",
        ),
        Index(
            "ix_custom_value_current_choice",
            "field",
            "record_kind",
            "record_id",
            "value_code",
            unique=True,
            postgresql_where=f"{CURRENT} AND type = '{MANY}'",
        ),
        Index("ix_custom_value_record", "record_kind", "record_id"),
        *[by_value(column) for column in FOUND_BY],
    )

    field: Mapped[str]
    type: Mapped[str]
    version_id: Mapped[int] = mapped_column(ForeignKey("definition_version.id"))
    record_kind: Mapped[str]
    record_id: Mapped[int]
    value_number: Mapped[Decimal | None] = mapped_column(Numeric)
    value_rounded: Mapped[float | None] = mapped_column(
        Double, Computed("value_number::double precision", persisted=True)
    )
    value_unit: Mapped[str | None]
    value_date: Mapped[dt.date | None]
    value_flag: Mapped[bool | None]
    value_code: Mapped[str | None]
    value_sealed: Mapped[bytes | None]
    from_at: Mapped[dt.datetime]
    until_at: Mapped[dt.datetime | None]
    recorded_at: Mapped[dt.datetime]
    recorded_by: Mapped[str]
    source_record_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("source_record.id"))

    value = Sealed()
