"""Somebody takes a conversation on, with what is to be done about it."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy.orm import Session

from journeys.desk.entries import add_entry
from journeys.desk.finding import actor, going_on, task_of
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Stale
from journeys.store.conversations import HANDED_OVER, Conversation
from journeys.work.claim_task import claim_task


def claim_conversation(
    session: Session,
    act: Act,
    uid: uuid.UUID,
    row_version: int | None = None,
    roles: Collection[str] | None = None,
) -> Conversation:
    """Make it the actor's own; claiming one's own again changes nothing.

    Stale when somebody else has it: handing over is `assign_conversation`. Forbidden when the queue of its task asks
    for none of `roles`.
    """
    conversation = going_on(session, uid, row_version)
    if conversation.owner == actor(act):
        audit.nothing_happened(session)
        return conversation
    if conversation.owner is not None:
        raise Stale("Somebody else has taken this conversation")
    task = task_of(session, conversation)
    if task is not None and task.owner not in (None, actor(act)):
        raise Stale("Somebody else has taken the task of this conversation")
    conversation.owner = actor(act)
    add_entry(session, act, conversation, HANDED_OVER, code=conversation.owner)
    if task is not None:
        claim_task(session, act, task.uid, roles=roles)
    return conversation
