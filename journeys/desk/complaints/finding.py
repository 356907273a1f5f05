"""Finds one complaint to change, with its patient's lane held, as somebody read it; and writes its history."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing, Problem, Stale
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.foundation.words import N_
from journeys.store.complaints import CLOSED, Complaint, ComplaintEntry

LONGEST = 4_000


def the_complaint(session: Session, uid: uuid.UUID, row_version: int | None = None) -> Complaint:
    """The complaint, locked. Missing when there is none that this reader may see, Stale when it was changed since."""
    patient_id = session.scalar(select(Complaint.patient_id).where(Complaint.uid == uid))
    if patient_id is None:
        raise Missing("There is no such complaint")
    lock_lanes(session, [lane_of(patient_id)])
    chosen = select(Complaint).where(Complaint.uid == uid).with_for_update()
    row = session.scalars(chosen.execution_options(populate_existing=True)).one()
    if row_version is not None and row.row_version != row_version:
        raise Stale("Somebody else changed this complaint first")
    return row


def not_over(session: Session, uid: uuid.UUID, row_version: int | None = None) -> Complaint:
    """The same where it is not closed; Stale where it is."""
    row = the_complaint(session, uid, row_version)
    if row.status == CLOSED:
        raise Stale("This complaint is closed")
    return row


def write_down(
    session: Session, act: Act, complaint: Complaint, kind: str, code: str | None = None, note: str = ""
) -> None:
    """One thing that happened just now; the change is noted for the audit."""
    entry = ComplaintEntry(
        complaint_id=complaint.id,
        patient_id=complaint.patient_id,
        withheld=complaint.withheld,
        at=act.now,
        by=act.by,
        kind=kind,
        code=code,
    )
    entry.note = note.strip() or None
    session.add(entry)
    session.flush()
    audit.note(session, "U", Complaint.__tablename__, [complaint.id], [complaint.patient_id], {"what": kind})


def too_long(note: str, place: str) -> list[Problem]:
    """What is wrong with what somebody wrote."""
    return [Problem(place, N_("At most %(most)s characters"), {"most": LONGEST})] if len(note) > LONGEST else []
