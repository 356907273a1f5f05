"""A task ends somewhere in the house: the conversation that named it is over, with the task's own outcome."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, literal, select, update
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.conversations import CLOSED, ENDED, Conversation, ConversationEntry
from journeys.store.tasks import Task

DONE = "done"


def follow_tasks(session: Session, act: Act, events: Select[Any]) -> None:
    """Close the conversations that named the tasks of these events; one that was closed before is left alone."""
    happened = events.subquery("happened")
    ended = select(happened.c.subject_id).where(happened.c.subject_kind == Task.__tablename__)
    outcome = func.coalesce(Task.outcome, Task.cancelled_reason, literal(DONE))
    closing = (
        update(Conversation)
        .where(Task.id == Conversation.task_id, Conversation.task_id.in_(ended), Conversation.status != CLOSED)
        .values(
            status=CLOSED,
            outcome=outcome,
            closed_at=act.now,
            closed_by=act.by,
            last_at=act.now,
            due_at=None,
            returns_at=None,
            row_version=Conversation.row_version + 1,
        )
        .returning(Conversation.id, Conversation.patient_id, Conversation.outcome)
    )
    closed = session.execute(closing.execution_options(synchronize_session=False)).all()
    for row in closed:
        entry = {"conversation_id": row.id, "patient_id": row.patient_id, "code": row.outcome}
        session.add(ConversationEntry(**entry, at=act.now, by=act.by, kind=ENDED))
    if closed:
        session.flush()
        ids, patients = [row.id for row in closed], [row.patient_id for row in closed]
        audit.note(session, "U", Conversation.__tablename__, ids, patients, {"what": ENDED})
