"""A task ends somewhere in the house: the conversation that named it goes on with what is left, or is over."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from journeys.desk.helping import hear_answers
from journeys.desk.reasons.reason import reason_of
from journeys.desk.to_do import name_next
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.conversations import CLOSED, ENDED, OPEN, TO_WAIT, WAITING, Conversation, ConversationEntry
from journeys.store.tasks import OPEN_STATUSES, Task

DONE, COMPLETED = "done", "completed"
UNTIL_ASKED = dt.timedelta(days=3)
"""Until then the patient may say by themselves that it is settled, where the reason asks for their word."""


def follow_tasks(session: Session, act: Act, events: Select[Any]) -> None:
    """The conversations that named the tasks of these events go on with what else is to be done in them; where nothing
    is, they are closed. One that was closed before is left alone. What colleagues were asked is answered in them."""
    hear_answers(session, act, events)
    happened = events.subquery("happened")
    ended = select(happened.c.subject_id).where(happened.c.subject_kind == Task.__tablename__)
    chosen = (
        select(Conversation, Task)
        .join(Task, Task.id == Conversation.task_id)
        .where(Conversation.task_id.in_(ended), Task.status.not_in(OPEN_STATUSES), Conversation.status != CLOSED)
        .order_by(Conversation.id)
        .with_for_update(of=Conversation)
    )
    found = session.execute(chosen.execution_options(populate_existing=True)).all()
    for conversation, task in found:
        go_on(session, act, conversation, task)
    if found:
        session.flush()
        ids, patients = [each.id for each, _ in found], [each.patient_id for each, _ in found]
        audit.note(session, "U", Conversation.__tablename__, ids, patients, {"what": "task-ended"})


def go_on(session: Session, act: Act, conversation: Conversation, ended: Task) -> None:
    """Name what is next, as the clinic's turn; or close it, as the task ended."""
    owner = conversation.owner or ended.owner
    if name_next(session, conversation) is not None:
        conversation.status = OPEN
        conversation.returns_at = None
        return
    if asks_the_patient(session, conversation, ended):
        conversation.task_id, conversation.owner = ended.id, owner
        wait_for_a_word(session, act, conversation)
        return
    outcome = ended.outcome or ended.cancelled_reason or DONE
    conversation.task_id, conversation.owner = ended.id, owner
    conversation.last_at = act.now
    end(conversation, outcome, act.now, act.by)
    entry = {"conversation_id": conversation.id, "patient_id": conversation.patient_id, "code": outcome}
    session.add(ConversationEntry(**entry, at=act.now, by=act.by, kind=ENDED))


def asks_the_patient(session: Session, conversation: Conversation, ended: Task) -> bool:
    """Whether the patient has to say first that it is settled, by the reason of the conversation."""
    reason = reason_of(session, conversation)
    return reason is not None and reason.confirm and ended.status == COMPLETED and conversation.confirmed_at is None


def wait_for_a_word(session: Session, act: Act, conversation: Conversation) -> None:
    """It is the patient's turn to say so; it comes back by itself, and whoever has it asks."""
    conversation.status = WAITING
    conversation.returns_at = act.now + UNTIL_ASKED
    conversation.due_at = None
    conversation.last_at = act.now
    about = {"conversation_id": conversation.id, "patient_id": conversation.patient_id}
    until = conversation.returns_at.isoformat()
    session.add(ConversationEntry(**about, at=act.now, by=act.by, kind=TO_WAIT, code=until))


def end(conversation: Conversation, outcome: str, at: dt.datetime, by: str) -> None:
    """Nobody has anything to do in it any more."""
    conversation.status = CLOSED
    conversation.outcome = outcome
    conversation.closed_at = at
    conversation.closed_by = by
    conversation.due_at = conversation.returns_at = None
