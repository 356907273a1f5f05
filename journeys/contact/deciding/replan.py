"""Lets released messages be judged anew, because something that rules look at has changed."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, true, update
from sqlalchemy.orm import Session

from journeys.contact.deciding.kept import unsaid
from journeys.contact.sending.withdraw import of_patients
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.store.contact import Message


def replan(session: Session, act: Act, patients: Collection[int] | Select) -> int:
    """Make the released messages of these patients planned again, and return how many; planning then finds another
    channel, or holds them with the reason. Whoever has claimed them claims them no longer: what they would say, and to
    whom, may be another by then. For reactions too (see `withdraw`)."""
    statement = (
        update(Message)
        .where(Message.status == "released", of_patients(patients))
        .values(status="planned", counted_at=None, not_before=None, claim=None, claimed_until=None, **unsaid(true()))
        .returning(Message.id, Message.patient_id)
    )
    rows = session.execute(statement.execution_options(synchronize_session=False)).all()
    if rows:
        audit.note(session, "U", "message", [row.id for row in rows], [row.patient_id for row in rows])
        ring_after_commit(session, "plan")
    return len(rows)
