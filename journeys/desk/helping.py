"""Colleagues of another role are asked about a conversation: a task beside its own, with a clock of its own, and their
answer in the same thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.conversations import HELPED, Conversation, ConversationEntry
from journeys.store.tasks import OPEN_STATUSES, Task

CONVERSATION = Conversation.__tablename__
OVER = "conversation-closed"
"""Why nobody has to answer any more."""


def questions_of(session: Session, conversation: Conversation) -> Sequence[Task]:
    """What colleagues are still asked about it."""
    about = Task.focus_kind == CONVERSATION, Task.focus_id == conversation.id
    return session.scalars(select(Task).where(*about, Task.status.in_(OPEN_STATUSES)).order_by(Task.id)).all()


def hear_answers(session: Session, act: Act, events: Select[Any]) -> None:
    """Where tasks of these events were such questions, and were answered, the answer stands in the thread."""
    happened = events.subquery("answered")
    ended = select(happened.c.subject_id).where(happened.c.subject_kind == Task.__tablename__)
    of_it = Conversation.id == Task.focus_id
    found = session.execute(
        select(Task, Conversation)
        .join(Conversation, of_it)
        .where(Task.id.in_(ended), Task.focus_kind == CONVERSATION, Task.status.not_in(OPEN_STATUSES))
        .order_by(Task.id)
        .with_for_update(of=Conversation)
    ).all()
    for task, conversation in found:
        about = {"conversation_id": conversation.id, "patient_id": conversation.patient_id}
        how = task.outcome or task.cancelled_reason
        entry = ConversationEntry(**about, at=act.now, by=act.by, kind=HELPED, code=how)
        entry.note = task.note
        session.add(entry)
        conversation.last_at = act.now
    if found:
        session.flush()
        ids, patients = [row.id for _, row in found], [row.patient_id for _, row in found]
        audit.note(session, "U", CONVERSATION, ids, patients, {"what": HELPED})
