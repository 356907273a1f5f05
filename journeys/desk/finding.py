"""Finds one conversation to change, with its patient's lane held, as somebody read it."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.foundation.errors import Forbidden, Missing, Stale
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.conversations import CLOSED, Conversation
from journeys.store.tasks import OPEN_STATUSES, Task, TaskQueue


def the_conversation(session: Session, uid: uuid.UUID, row_version: int | None = None) -> Conversation:
    """The conversation, locked. Missing when there is none in this scope, Stale when it was changed since."""
    patient_id = session.scalar(select(Conversation.patient_id).where(Conversation.uid == uid))
    if patient_id is None:
        raise Missing("There is no such conversation")
    lock_lanes(session, [lane_of(patient_id)])
    chosen = select(Conversation).where(Conversation.uid == uid).with_for_update()
    row = session.scalars(chosen.execution_options(populate_existing=True)).one()
    if row_version is not None and row.row_version != row_version:
        raise Stale("Somebody else changed this conversation first")
    return row


def going_on(session: Session, uid: uuid.UUID, row_version: int | None = None) -> Conversation:
    """The same where it is not closed; Stale where it is."""
    row = the_conversation(session, uid, row_version)
    if row.status == CLOSED:
        raise Stale("This conversation is closed")
    return row


def task_of(session: Session, conversation: Conversation) -> Task | None:
    """What is to be done about it, where somebody still has to."""
    row = None if conversation.task_id is None else session.get(Task, conversation.task_id)
    return row if row is not None and row.status in OPEN_STATUSES else None


def role_of(session: Session, conversation: Conversation) -> str | None:
    """The role whose work it is: that of its task's queue, else of the queue it lay in last; None is everybody's."""
    task = task_of(session, conversation)
    queue_id = task.queue_id if task is not None else conversation.queue_id
    return session.scalar(select(TaskQueue.role_code).where(TaskQueue.id == queue_id))


def refuse_other_roles(session: Session, conversation: Conversation, roles: Collection[str] | None) -> None:
    """Forbidden when it is the work of a role that is not among these; None asks for no role."""
    if roles is None:
        return
    needed = role_of(session, conversation)
    if needed is not None and needed not in roles:
        raise Forbidden("This conversation is the work of another role")


def actor(act: Act) -> str:
    """The name by which somebody owns conversations: the username, without `user:`."""
    return act.by.removeprefix("user:")
