"""What complaints there are, late ones first, and one of them with everything that happened to it. Every reading is
noted for the audit."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.store.complaints import CLOSED, COMPLAINT_STATUSES, OPEN, Complaint, ComplaintEntry
from journeys.store.conversations import Conversation
from journeys.store.people import Patient

MOST = 200
"""Lines of a list; what is due first stands first, so nothing late is cut before what is not."""


@dataclass(frozen=True)
class Line:
    """One complaint of a list."""

    row: Complaint
    patient_uid: uuid.UUID
    name: str | None = field(repr=False)


@dataclass(frozen=True)
class Opened:
    """One complaint, whose it is, and its history."""

    row: Complaint
    patient_uid: uuid.UUID
    name: str | None = field(repr=False)
    conversation: uuid.UUID | None
    history: Sequence[ComplaintEntry]


def complaints_of(session: Session, act: Act, status: str = OPEN) -> list[Line]:
    """Those of one status that this reader may see: open ones by what is due next, closed ones the newest first."""
    chosen = status if status in COMPLAINT_STATUSES else OPEN
    first = Complaint.closed_at.desc() if chosen == CLOSED else Complaint.next_due_at
    listed = (
        select(Complaint, Patient)
        .join(Patient, Patient.id == Complaint.patient_id)
        .where(Complaint.status == chosen)
        .order_by(first, Complaint.id)
        .limit(MOST)
    )
    found = session.execute(listed).all()
    rows, people = [row for row, _ in found], [patient for _, patient in found]
    audit.note(session, "R", Complaint.__tablename__, [row.id for row in rows], [each.id for each in people])
    return [Line(row, patient.uid, patient.name) for row, patient in found]


def read_complaint(session: Session, act: Act, uid: uuid.UUID) -> Opened:
    """One of them. Missing where there is none that this reader may see: what is withheld is not even there."""
    row = session.scalar(select(Complaint).where(Complaint.uid == uid))
    if row is None:
        raise Missing("There is no such complaint")
    patient = session.get_one(Patient, row.patient_id)
    happened = select(ComplaintEntry).where(ComplaintEntry.complaint_id == row.id)
    history = session.scalars(happened.order_by(ComplaintEntry.at, ComplaintEntry.id)).all()
    talk = session.scalar(select(Conversation.uid).where(Conversation.id == row.conversation_id))
    audit.note(session, "R", Complaint.__tablename__, [row.id], [row.patient_id])
    return Opened(row, patient.uid, patient.name, talk, history)


def is_late(row: Complaint, now: dt.datetime) -> bool:
    """Whether what comes next should have been done."""
    return row.status == OPEN and row.next_due_at < now
