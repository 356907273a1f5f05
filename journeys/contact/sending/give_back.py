"""Gives back what was claimed and never left: somebody spoke against it meanwhile, so it is looked at again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import case, update
from sqlalchemy.orm import Session

from journeys.contact.deciding.kept import is_one_of, unsaid
from journeys.contact.sending.leaving import Claimed
from journeys.contact.sending.record import lock
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.store.contact import Message


def give_back(session: Session, act: Act, claimed: Claimed, messages: Sequence[int]) -> int:
    """How many were still this claim's, be they marked as being sent already or not. It was no attempt: nobody outside
    has heard of them."""
    lock(session, claimed, messages)
    was_marked = case((Message.status == "sending", 1), else_=0)
    forgotten = unsaid(Message.status == "sending")
    statement = (
        update(Message)
        .where(is_one_of(messages), Message.claim == claimed.claim, Message.status.in_(("released", "sending")))
        .values(status="released", attempt=Message.attempt - was_marked, claim=None, claimed_until=None, **forgotten)
        .returning(Message.id, Message.patient_id)
    )
    rows = session.execute(statement.execution_options(synchronize_session=False)).all()
    patients = [row.patient_id for row in rows]
    audit.note(session, "U", "message", [row.id for row in rows], patients, {"given back": len(rows)})
    ring_after_commit(session, "deliver")
    return len(rows)
