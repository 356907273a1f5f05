"""What is to be done in a conversation: the tasks about its messages, and the one of them that it names."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.store.contact import Message
from journeys.store.conversations import ARRIVED, Conversation, ConversationEntry
from journeys.store.organisation import Practitioner
from journeys.store.tasks import OPEN_STATUSES, Task
from journeys.work.cancel_task import cancel_task

MESSAGE = Message.__tablename__
JOINED = "same-conversation"
"""Why a task is cancelled where the conversation has one already that asks for the same."""

AT_ONCE, ROUTINE = "stat", "routine"
STANDS_ALONE = (AT_ONCE, "urgent")
"""Tasks of these priorities are never cancelled for another one."""


def tasks_of(session: Session, conversation: Conversation) -> list[Task]:
    """What is still to be done about what the patient wrote in it, the most pressing first: what asks for help at once,
    then by when it is due. What a journey asks for is the journey's."""
    about = select(ConversationEntry.subject_id).where(
        ConversationEntry.conversation_id == conversation.id,
        ConversationEntry.subject_kind == MESSAGE,
        ConversationEntry.kind == ARRIVED,
    )
    found = select(Task).where(
        Task.focus_kind == MESSAGE,
        Task.focus_id.in_(about),
        Task.enrolment_id.is_(None),
        Task.status.in_(OPEN_STATUSES),
    )
    session.flush()
    return sorted(session.scalars(found.order_by(Task.id)), key=lambda task: (task.priority != AT_ONCE, due(task)))


def add_task(session: Session, act: Act, conversation: Conversation, task_id: int | None) -> None:
    """A message asks for this task: more of the same joins the task that asks for it already, anything else stands
    beside it. Nothing urgent is ever cancelled."""
    there = tasks_of(session, conversation)
    new = next((task for task in there if task.id == task_id), None)
    same = None if new is None else next((task for task in there if is_same(task, new)), None)
    if new is not None and same is not None:
        same.focus_id = new.focus_id
        same.due_at = min(due(same), due(new)) if same.due_at and new.due_at else same.due_at or new.due_at
        session.flush()
        cancel_task(session, act, new.uid, JOINED)
    name_next(session, conversation)


def is_same(task: Task, new: Task) -> bool:
    """Whether a task asks staff for what a new one asks for, and neither is urgent."""
    is_other = task.id != new.id and task.title == new.title
    return is_other and task.priority not in STANDS_ALONE and new.priority not in STANDS_ALONE


def name_next(session: Session, conversation: Conversation) -> Task | None:
    """Let the conversation name what is most pressing, and be of whoever has that; None where nothing is left.

    What nobody has goes to whoever has the conversation, except what asks for help at once: that is everybody's, and
    its clock tells when nobody takes it. Nothing goes to somebody who has left.
    """
    task = next(iter(tasks_of(session, conversation)), None)
    conversation.task_id = task.id if task is not None else None
    conversation.due_at = task.due_at if task is not None else None
    conversation.priority = task.priority if task is not None else ROUTINE
    if task is None:
        return None
    conversation.queue_id = task.queue_id
    owner = task.owner if task.owner or task.priority == AT_ONCE else conversation.owner
    owner = None if has_left(session, owner) else owner
    if task.owner is not None and owner is None:
        task.status, task.claimed_at = "requested", None
    task.owner = conversation.owner = owner
    return task


def has_left(session: Session, owner: str | None) -> bool:
    """Whether this member of staff works here no more."""
    gone = select(Practitioner.id).where(Practitioner.username == owner, ~Practitioner.active)
    return owner is not None and session.scalar(gone.limit(1)) is not None


def due(task: Task) -> dt.datetime:
    """By when; what has no time comes last."""
    return task.due_at or dt.datetime.max.replace(tzinfo=dt.UTC)
