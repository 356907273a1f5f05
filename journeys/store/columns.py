"""Columns that the tables of the store share, and the checks written the same way everywhere."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, func
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from journeys.foundation.tables import Identified


def one_of(column: str, *values: str) -> CheckConstraint:
    """A check that a text column holds one of these values (or NULL, if it may)."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def in_order(earlier: str, later: str) -> CheckConstraint:
    """A check that one moment is not before the other, when both are known."""
    return CheckConstraint(f"{later} >= {earlier}", name=f"{later}_after_{earlier}")


def together(*columns: str) -> CheckConstraint:
    """A check that these columns are known together or not at all."""
    return CheckConstraint(f"num_nulls({', '.join(columns)}) IN (0, {len(columns)})", name=f"{columns[0]}_together")


class OfPatient:
    """A row that belongs to one patient: row-level policies scope it by the patient's branches."""

    @declared_attr
    def patient_id(cls) -> Mapped[int]:
        """The patient; a record moves to another person by an update of this column."""
        return mapped_column(BigInteger, ForeignKey("patient.id"), index=True)


class FromSource:
    """Where a fact comes from: the record of a source system, or nothing for what was made in Waymark."""

    @declared_attr
    def source_record_id(cls) -> Mapped[int | None]:
        """The record as received; unique, because one record makes one row (see `part` where it makes several)."""
        return mapped_column(BigInteger, ForeignKey("source_record.id"), unique=True)

    recorded_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class Clinical(Identified, OfPatient, FromSource):
    """A clinical row: one patient, one source record, and one code with its system and its words."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    status: Mapped[str]
    code_system: Mapped[str | None]
    code: Mapped[str | None] = mapped_column(index=True)
    display: Mapped[str | None]


class RowVersioned:
    """Two people who save the same row: the second is refused with Stale, nothing is overwritten unseen."""

    row_version: Mapped[int] = mapped_column(BigInteger, default=1, server_default="1")


class Withheld:
    """A row that may be about clinical harm: where it is, the portal shows it to the *quality* role alone
    (`store.setting_up.policies`). Triggers carry it from a conversation to its messages and tasks."""

    withheld: Mapped[bool] = mapped_column(default=False, server_default="false")
