"""A closed conversation is opened again by somebody: the same case, with a new thing to do."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.sending.unknown_outcomes import make_tasks
from journeys.desk.entries import add_entry
from journeys.desk.finding import the_conversation
from journeys.desk.take_messages import MESSAGE, is_asked, name_task
from journeys.foundation.acting import Act
from journeys.foundation.errors import Stale
from journeys.store.contact import Message
from journeys.store.conversations import CLOSED, OPEN, REOPENED, Conversation, ConversationEntry
from journeys.store.tasks import Task

TITLE = {"en": "Go on with a conversation", "es": "Seguir con una conversación"}
INSTRUCTIONS = {
    "en": "Somebody opened it again. Read it, and do what is still to be done.",
    "es": "Alguien la volvió a abrir. Léala y haga lo que falte.",
}
DUE_IN = dt.timedelta(days=1)


def reopen_conversation(session: Session, act: Act, uid: uuid.UUID, row_version: int | None = None) -> Conversation:
    """Open it; Stale where it is open. What was decided before stays in its history."""
    conversation = the_conversation(session, uid, row_version)
    if conversation.status != CLOSED:
        raise Stale("This conversation is open")
    conversation.status = OPEN
    conversation.outcome = conversation.closed_at = conversation.closed_by = None
    conversation.due_at = act.now + DUE_IN
    conversation.reopened += 1
    add_entry(session, act, conversation, REOPENED)
    about = last_message(session, conversation)
    if about is not None:
        make_tasks(session, act, [about], TITLE, INSTRUCTIONS, "routine", DUE_IN)
        made = select(Task.id).join(Message, is_asked()).where(Message.id == about)
        name_task(session, act, conversation, session.scalar(made))
        session.flush()
    return conversation


def last_message(session: Session, conversation: Conversation) -> int | None:
    """The newest message that stands in it."""
    named = select(ConversationEntry.subject_id).where(
        ConversationEntry.conversation_id == conversation.id, ConversationEntry.subject_kind == MESSAGE
    )
    return session.scalar(named.order_by(ConversationEntry.at.desc(), ConversationEntry.id.desc()).limit(1))
