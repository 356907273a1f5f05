"""Lets messages that waited for their paused journey be decided anew."""

from __future__ import annotations

from sqlalchemy import any_, literal, select, update
from sqlalchemy.orm import Session

from journeys.contact.reasons import JOURNEY_ON_HOLD
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment


def go_on(session: Session, act: Act, definition_id: int) -> int:
    """Make the messages due that were put off because this journey was on hold, and return how many.

    For the verb that lets the journey go on: it holds the lanes already. What was released before the pause and has not
    left is released still, and looked at again before it does.
    """
    asked = select(Enrolment.id).where(Enrolment.definition_id == definition_id)
    statement = (
        update(Message)
        .where(
            Message.status == "planned",
            Message.enrolment_id.in_(asked),
            literal(JOURNEY_ON_HOLD) == any_(Message.reasons),
        )
        .values(not_before=None)
        .returning(Message.id, Message.patient_id)
    )
    rows = session.execute(statement.execution_options(synchronize_session=False)).all()
    if rows:
        audit.note(session, "U", "message", [row.id for row in rows], [row.patient_id for row in rows])
    ring_after_commit(session, "plan")
    ring_after_commit(session, "deliver")
    return len(rows)
