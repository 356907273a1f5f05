"""Complaints: what a patient holds against the clinic, from the first word to their own word that it is settled."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.secrets import Sealed
from journeys.foundation.tables import Base, Identified
from journeys.store.columns import OfPatient, RowVersioned, Withheld, in_order, one_of, together

OPEN, ASKED, CLOSED = "open", "asked", "closed"
COMPLAINT_STATUSES = (OPEN, ASKED, CLOSED)
"""The clinic has something to do; the patient is asked whether it is settled; it is over."""

CONFIRMED, SILENT, WITHDRAWN = "confirmed", "silent", "withdrawn"
COMPLAINT_OUTCOMES = (CONFIRMED, SILENT, WITHDRAWN)
"""The patient said that it is settled; said nothing when asked; took the complaint back."""

TAKEN, ACKNOWLEDGED, CONTACTED, SETTLED, ENDED, REOPENED, NOT_ASKED, TO_QUALITY = (
    "taken",
    "acknowledged",
    "contacted",
    "settled",
    "closed",
    "reopened",
    "not-asked",
    "to-quality",
)
COMPLAINT_ENTRIES = (TAKEN, ACKNOWLEDGED, CONTACTED, SETTLED, ENDED, REOPENED, NOT_ASKED, TO_QUALITY)


class Complaint(Identified, OfPatient, RowVersioned, Withheld, Base):
    """One complaint, of a conversation or taken at the desk. `reason`, `cause` and `remedy` are codes of the setting
    `complaints`; `withheld` says that it may be clinical harm.

    Three clocks run in working time: to acknowledge it, to speak to the patient, to settle it. `asked_uid` is the uid
    of the message that asks the patient whether it is settled; it stays after the end, so that a late "no" is heard.
    `asked_until` is when silence ends it. `task_id` is what staff have to do.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        one_of("status", *COMPLAINT_STATUSES),
        one_of("outcome", *COMPLAINT_OUTCOMES),
        together("acknowledged_at", "acknowledged_by"),
        together("contacted_at", "contacted_by"),
        together("settled_at", "settled_by", "cause", "remedy"),
        together("closed_at", "closed_by", "outcome"),
        in_order("taken_at", "closed_at"),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_with_outcome"),
        CheckConstraint("(status = 'asked') = (asked_until IS NOT NULL)", name="asked_until_a_time"),
        CheckConstraint("status <> 'asked' OR settled_at IS NOT NULL", name="asked_when_settled"),
        CheckConstraint("reopened >= 0", name="reopened_counted"),
        Index("ix_complaint_conversation", "conversation_id", unique=True),
        Index("ix_complaint_open", "next_due_at", "id", postgresql_where=text("status = 'open'")),
        Index("ix_complaint_asked", "asked_until", "id", postgresql_where=text("status = 'asked'")),
        Index("ix_complaint_taken_at", "taken_at", "id"),
        Index("ix_complaint_asked_uid", "asked_uid", unique=True),
    )

    conversation_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("conversation.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    task_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("task.id"))
    status: Mapped[str] = mapped_column(default=OPEN, server_default=OPEN)
    outcome: Mapped[str | None]
    reason: Mapped[str]
    cause: Mapped[str | None]
    remedy: Mapped[str | None]
    owner: Mapped[str | None]
    taken_at: Mapped[dt.datetime]
    taken_by: Mapped[str]
    acknowledge_due_at: Mapped[dt.datetime]
    contact_due_at: Mapped[dt.datetime]
    settle_due_at: Mapped[dt.datetime]
    next_due_at: Mapped[dt.datetime]
    acknowledged_at: Mapped[dt.datetime | None]
    acknowledged_by: Mapped[str | None]
    contacted_at: Mapped[dt.datetime | None]
    contacted_by: Mapped[str | None]
    settled_at: Mapped[dt.datetime | None]
    settled_by: Mapped[str | None]
    asked_uid: Mapped[uuid.UUID | None]
    asked_until: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    closed_by: Mapped[str | None]
    reopened: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")

    __mapper_args__ = {"version_id_col": RowVersioned.row_version}


class ComplaintEntry(Identified, OfPatient, Withheld, Base):
    """One thing that happened to a complaint; never changed. What somebody wrote is sealed; `code` is the outcome, the
    remedy, or why it was opened again."""

    __tablename__ = "complaint_entry"
    __table_args__ = (
        one_of("kind", *COMPLAINT_ENTRIES),
        Index("ix_complaint_entry_history", "complaint_id", "at", "id"),
    )

    complaint_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("complaint.id"))
    at: Mapped[dt.datetime]
    by: Mapped[str]
    kind: Mapped[str]
    code: Mapped[str | None]
    note_sealed: Mapped[bytes | None]

    note = Sealed()
