"""The fact row: what rules ask about a patient, worked out beforehand, in one narrow typed row.

`patient_fact` mirrors what the patient's own row says and grows a column for every summary of records that rules in
force need ("the second-latest missed appointment"); `fact_column` is the list of these. Whoever changes what a fact
rests on marks the patient in the same transaction (triggers write `fact_mark`), so a row that a mark names is never
trusted. How rules use all this is `criteria.facts`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Table
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base
from journeys.store.columns import one_of

EVERYBODY = 0
"""The id in a mark that means every patient there is: a branch has got another zone or another slug."""

FACT_MARK = Table("fact_mark", Base.metadata, Column("patient_id", BigInteger, nullable=False))
"""The patients whose facts may no longer be true, in no order and as often as they were marked.

No key and no index: writing a mark must cost next to nothing. Ids only, of all branches, so nobody's policy hides one.
"""


class PatientFact(Base):
    """The facts of one patient who was not merged into another; true from when it was worked out until `stale_at`.

    `stale_at` is the first moment at which time alone changes a column (`infinity` for never). `zone` is the zone in
    which the patient's days are counted; the other columns are named as the fields of rules. Further columns (`f_…`)
    are those of `fact_column`. No foreign key: it would lock a million patients' rows when facts are worked out, and
    deleting a patient marks the row anyway.
    """

    __tablename__ = "patient_fact"
    __table_args__ = (
        Index("ix_patient_fact_birth_date", "birth_date"),
        Index("ix_patient_fact_stale_at", "stale_at"),
        Index("ix_patient_fact_branch", "branch"),
        Index("ix_patient_fact_language", "language"),
        Index("ix_patient_fact_payer_class", "payer_class"),
    )

    patient_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    stale_at: Mapped[dt.datetime]
    birth_date: Mapped[dt.date | None]
    deceased: Mapped[bool | None]
    zone: Mapped[str]
    gender: Mapped[str | None]
    payer_class: Mapped[str | None]
    language: Mapped[str | None]
    preferred_channel: Mapped[str | None]
    branch: Mapped[str | None]


MIRRORED = ("birth_date", "deceased", "gender", "payer_class", "language", "preferred_channel", "branch")
"""The fields of rules that have a column from the first day."""

FOUND_BY = ("branch", "language", "payer_class")
"""Those of them by whose indexes rules find rows: often few patients have the same."""


class FactColumn(Base):
    """A column of `patient_fact` beyond the first ones, and what it means (`definition`, never changed).

    building: kept up to date for whoever changes, filled in for the others up to the patient `built_up_to` · ready:
    rules read it · retired: no longer read, still kept until it is dropped. `needed_by` names the rules in force and
    the lists that want it, `unneeded_since` when there were none any more. `reads` says which columns of which tables
    it rests on.
    """

    __tablename__ = "fact_column"
    __table_args__ = (
        one_of("status", "building", "ready", "retired"),
        CheckConstraint("built_up_to >= 0", name="built_up_to_counted"),
    )

    name: Mapped[str] = mapped_column(primary_key=True)
    definition: Mapped[dict[str, Any]]
    reads: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(default="building", server_default="building")
    built_up_to: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    needed_by: Mapped[list[str]]
    unneeded_since: Mapped[dt.datetime | None]


class FactZone(Base):
    """A zone that fact rows name, and the latest moment for which one of its rows was worked out."""

    __tablename__ = "fact_zone"

    zone: Mapped[str] = mapped_column(primary_key=True)
    as_of: Mapped[dt.datetime]
