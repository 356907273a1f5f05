"""Two records that people joined: who asked, who agreed, which rows went over, and how it is taken back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.secrets import Sealed
from journeys.foundation.tables import Base, Identified
from journeys.store.columns import OfPatient, RowVersioned, one_of, together

ASKED, REFUSED, IN_FORCE, UNDONE = "asked", "refused", "in-force", "undone"
UNFINISHED = "status IN ('asked', 'in-force')"


class PatientMerge(Identified, OfPatient, RowVersioned, Base):
    """One record (`patient_id`) goes into another (`kept_id`, a patient as well, who is never removed).

    Asked for exactly what both were then (`merged_version`, `kept_version`). `choices` says whose value each field has
    afterwards, `changes` what it was and became (`{field: {"was": …, "is": …}}`, secrets still sealed), `added` which
    branches and tokens the kept record got, so that taking it back leaves nothing behind.
    """

    __tablename__ = "patient_merge"
    __table_args__ = (
        one_of("status", ASKED, REFUSED, IN_FORCE, UNDONE),
        together("answered_at", "answered_by"),
        together("undone_at", "undone_by"),
        CheckConstraint("kept_id <> patient_id", name="of_two_records"),
        CheckConstraint("(status = 'asked') = (answered_at IS NULL)", name="answered_unless_asked"),
        CheckConstraint("(status = 'undone') = (undone_at IS NOT NULL)", name="undone_when_taken_back"),
        Index("ix_patient_merge_unfinished", "patient_id", unique=True, postgresql_where=UNFINISHED),
        Index("ix_patient_merge_kept", "kept_id"),
        Index("ix_patient_merge_status", "status", "id"),
    )

    kept_id: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(default=ASKED, server_default=ASKED)
    asked_at: Mapped[dt.datetime]
    asked_by: Mapped[str]
    merged_version: Mapped[int]
    kept_version: Mapped[int]
    choices: Mapped[dict[str, Any]]
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    added: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    answered_at: Mapped[dt.datetime | None]
    answered_by: Mapped[str | None]
    undone_at: Mapped[dt.datetime | None]
    undone_by: Mapped[str | None]
    reason_sealed: Mapped[bytes | None]

    reason = Sealed()

    __mapper_args__ = {"version_id_col": RowVersioned.row_version}


class MergeMove(Base):
    """A row that a merge took over to the kept record, at once or when it arrived later: ids alone."""

    __tablename__ = "merge_move"
    __table_args__ = (PrimaryKeyConstraint("merge_id", "table_name", "row_id"),)

    merge_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("patient_merge.id"))
    table_name: Mapped[str]
    row_id: Mapped[int] = mapped_column(BigInteger)
