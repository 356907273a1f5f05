"""Entries go from one conversation of a patient into another, with what is to be done about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from journeys.desk.follow_tasks import end
from journeys.desk.reasons.clocks import go_by_reason
from journeys.desk.to_do import JOINED as ELSEWHERE
from journeys.desk.to_do import name_next
from journeys.foundation.acting import Act
from journeys.store.conversations import CLOSED, OPEN, SNOOZED, WAITING, Conversation, ConversationEntry
from journeys.store.tasks import Task

CONVERSATION = Conversation.__tablename__


def move_entries(session: Session, entries: Sequence[int], into: Conversation) -> None:
    """Let these stand in another conversation; what colleagues are asked about them goes along."""
    session.flush()
    moved = ConversationEntry.id.in_(entries)
    session.execute(update(ConversationEntry).where(moved).values(conversation_id=into.id))
    named = select(ConversationEntry.subject_id).where(moved, ConversationEntry.subject_kind == Task.__tablename__)
    asked = update(Task).where(Task.id.in_(named), Task.focus_kind == CONVERSATION)
    session.execute(asked.values(focus_id=into.id, row_version=Task.row_version + 1))
    session.expire_all()


def look_anew(session: Session, conversation: Conversation, now: dt.datetime) -> None:
    """Let the conversation name what is to be done in it now; somebody looks at once where nothing is."""
    if conversation.status in (WAITING, SNOOZED):
        # what rests is due when it comes back
        return
    conversation.status = OPEN
    if name_next(session, conversation) is None:
        conversation.due_at = now
    go_by_reason(session, conversation)
    session.flush()


def open_as_before(session: Session, conversation: Conversation, now: dt.datetime) -> None:
    """What was closed only because it went on elsewhere is open again."""
    conversation.went_on_in_id = None
    conversation.outcome = conversation.closed_at = conversation.closed_by = None
    conversation.status = OPEN
    look_anew(session, conversation, now)


def close_as_moved(session: Session, act: Act, conversation: Conversation, into: Conversation) -> None:
    """It is over, because it goes on in another one; it has nothing to do of its own any more."""
    if conversation.status != CLOSED:
        end(conversation, ELSEWHERE, act.now, act.by)
    conversation.task_id = None
    conversation.went_on_in_id = into.id
    session.flush()
