"""What is due for whom: one row for each guideline, patient and occurrence, and the recalls that somebody asked for.

The open rows of guidelines say what `care.guidelines` worked out last; nobody writes them by hand. A row without a
guideline is a recall of one patient ("see you in six months"). Every change of a status is a row of `due_change`.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, ForeignKey, Identity, Index, Integer, Table, text
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.secrets import Sealed
from journeys.foundation.tables import Base, Identified
from journeys.store.columns import OfPatient, RowVersioned, in_order, one_of, together

DUE_STATUSES = ("not-due", "soon-due", "due", "overdue", "satisfied", "excluded", "not-actionable")
ASKING = ("soon-due", "due", "overdue")
"""The statuses in which somebody has to do something."""

DUE_REASONS = (
    "met",
    "anchor",
    "unknown-start",
    "done",
    "exclusion",
    "deceased",
    "refused",
    "booked",
    "recalled",
)
OUTCOMES = ("satisfied", "withdrawn", "replaced", "left", "done", "cancelled")
"""How an occurrence ended: satisfied · the record that the last one was satisfied by is gone · it counts from another
start now · the patient is no longer meant · somebody closed the recall: done elsewhere, or no longer wanted."""

SEVERITIES = ("low", "moderate", "high", "critical")
REFUSALS = ("declined", "done-elsewhere", "not-appropriate", "not-reachable", "other")

IS_OPEN = "closed_at IS NULL"

DUE_MARK = Table("due_mark", Base.metadata, Column("patient_id", BigInteger, nullable=False))
"""The patients whose standing may have changed, in no order and as often as they were marked; 0 is everybody."""


class DueItem(Identified, OfPatient, RowVersioned, Base):
    """One occurrence of something due. `closed_at` is null for the current one.

    Dates are days of the patient. `anchor`, `met`, `tier`, `excluded_by`, `step` are places in the version's content,
    `…_record_id` ids of the records there. `next_on` is the first day on which time alone changes the status.
    `about_id` is the guideline that a recall is about, `queue` and `role` own it, `owner` is a username once somebody
    took it.
    """

    __tablename__ = "due_item"
    __table_args__ = (
        one_of("status", *DUE_STATUSES),
        one_of("reason", *DUE_REASONS),
        one_of("severity", *SEVERITIES),
        one_of("outcome", *OUTCOMES),
        together("guideline_id", "version_id"),
        together("opens_on", "due_on", "overdue_on"),
        together("met", "met_on", "met_record_id"),
        together("closed_at", "outcome"),
        together("recalled_at", "recalled_by"),
        in_order("opens_on", "due_on"),
        in_order("due_on", "overdue_on"),
        in_order("opened_at", "closed_at"),
        CheckConstraint("(guideline_id IS NULL) = (recalled_at IS NOT NULL)", name="guideline_or_recall"),
        CheckConstraint("due_on IS NOT NULL OR status IN ('satisfied', 'excluded')", name="dated_unless_settled"),
        CheckConstraint(
            "(status = 'excluded') = (reason IN ('exclusion', 'deceased'))"
            " AND (status = 'not-actionable') = (reason IN ('refused', 'booked'))",
            name="reason_of_status",
        ),
        CheckConstraint("reason <> 'refused' OR refused_until IS NOT NULL", name="refused_until_when_refused"),
        CheckConstraint("reason <> 'exclusion' OR excluded_by IS NOT NULL", name="excluded_by_when_excluded"),
        Index("ix_due_item_current", "guideline_id", "patient_id", unique=True, postgresql_where=text(IS_OPEN)),
        Index("ix_due_item_next", "next_on", postgresql_where=text(IS_OPEN)),
        Index("ix_due_item_list", "status", "due_on", "id", postgresql_where=text(IS_OPEN)),
        Index("ix_due_item_version", "version_id"),
        Index("ix_due_item_about", "about_id", postgresql_where=text("about_id IS NOT NULL")),
        Index("ix_due_item_owner", "owner", postgresql_where=text("owner IS NOT NULL")),
    )

    guideline_id: Mapped[int | None] = mapped_column(ForeignKey("definition.id"))
    version_id: Mapped[int | None] = mapped_column(ForeignKey("definition_version.id"))
    status: Mapped[str]
    reason: Mapped[str]
    due_on: Mapped[dt.date | None]
    opens_on: Mapped[dt.date | None]
    overdue_on: Mapped[dt.date | None]
    next_on: Mapped[dt.date | None]
    anchor: Mapped[int | None] = mapped_column(Integer)
    anchor_on: Mapped[dt.date | None]
    anchor_record_id: Mapped[int | None]
    met: Mapped[int | None] = mapped_column(Integer)
    met_on: Mapped[dt.date | None]
    met_record_id: Mapped[int | None]
    step: Mapped[int | None] = mapped_column(Integer)
    tier: Mapped[int | None] = mapped_column(Integer)
    excluded_by: Mapped[int | None] = mapped_column(Integer)
    refused_until: Mapped[dt.date | None] = mapped_column(Date)
    severity: Mapped[str]
    role: Mapped[str | None]
    queue: Mapped[str]
    owner: Mapped[str | None]
    opened_at: Mapped[dt.datetime]
    status_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]
    outcome: Mapped[str | None]
    about_id: Mapped[int | None] = mapped_column(ForeignKey("definition.id"))
    recalled_at: Mapped[dt.datetime | None]
    recalled_by: Mapped[str | None]
    why_sealed: Mapped[bytes | None]

    why = Sealed()


class DueChange(OfPatient, Base):
    """That an occurrence came to another status; `from_status` is null where it began, `to_status` where it ended."""

    __tablename__ = "due_change"
    __table_args__ = (
        one_of("from_status", *DUE_STATUSES),
        one_of("to_status", *DUE_STATUSES),
        CheckConstraint("num_nulls(from_status, to_status) < 2", name="from_or_to"),
        Index("ix_due_change_item", "item_id", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    item_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("due_item.id"))
    at: Mapped[dt.datetime]
    from_status: Mapped[str | None]
    to_status: Mapped[str | None]
    reason: Mapped[str]
    caused_by: Mapped[str]


class DueRefusal(Identified, OfPatient, Base):
    """That nothing shall be done about a guideline for a patient until a day, why, and who wrote that down."""

    __tablename__ = "due_refusal"
    __table_args__ = (
        one_of("reason", *REFUSALS),
        together("withdrawn_at", "withdrawn_by"),
        in_order("refused_at", "withdrawn_at"),
        Index("ix_due_refusal_guideline", "guideline_id", "patient_id"),
    )

    guideline_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))
    refused_at: Mapped[dt.datetime]
    until_on: Mapped[dt.date]
    reason: Mapped[str]
    recorded_by: Mapped[str]
    withdrawn_at: Mapped[dt.datetime | None]
    withdrawn_by: Mapped[str | None]
    note_sealed: Mapped[bytes | None]

    note = Sealed()


class DueState(Base):
    """When a guideline was worked out last, for everybody (`whole_at`) and at all, and by what (`fingerprint`, hex)."""

    __tablename__ = "due_state"
    __table_args__ = (
        together("failed_at", "error"),
        CheckConstraint("looked_at >= 0 AND milliseconds >= 0", name="counted"),
        in_order("whole_at", "evaluated_at"),
    )

    guideline_id: Mapped[int] = mapped_column(ForeignKey("definition.id"), primary_key=True, autoincrement=False)
    fingerprint: Mapped[str]
    whole_at: Mapped[dt.datetime]
    evaluated_at: Mapped[dt.datetime]
    looked_at: Mapped[int]
    milliseconds: Mapped[int]
    failed_at: Mapped[dt.datetime | None]
    error: Mapped[str | None]
