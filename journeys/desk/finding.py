"""Finds one conversation to change, with its patient's lane held, as somebody read it."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing, Stale
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.conversations import CLOSED, Conversation
from journeys.store.tasks import OPEN_STATUSES, Task


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


def actor(act: Act) -> str:
    """The name by which somebody owns conversations: the username, without `user:`."""
    return act.by.removeprefix("user:")
