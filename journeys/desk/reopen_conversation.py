"""A closed conversation is opened again by somebody: the same case, with a new thing to do."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.sending.unknown_outcomes import make_tasks
from journeys.desk.entries import add_entry
from journeys.desk.finding import refuse_other_roles, the_conversation
from journeys.desk.reasons.clocks import begin_clocks, go_by_reason
from journeys.desk.to_do import MESSAGE, name_next
from journeys.foundation.acting import Act
from journeys.foundation.errors import Stale
from journeys.store.conversations import ARRIVED, CLOSED, OPEN, REOPENED, Conversation, ConversationEntry

TITLE = {"en": "Go on with a conversation", "es": "Seguir con una conversación"}
INSTRUCTIONS = {
    "en": "Somebody opened it again. Read it, and do what is still to be done.",
    "es": "Alguien la volvió a abrir. Léala y haga lo que falte.",
}
DUE_IN = dt.timedelta(days=1)


def reopen_conversation(
    session: Session,
    act: Act,
    uid: uuid.UUID,
    row_version: int | None = None,
    roles: Collection[str] | None = None,
) -> Conversation:
    """Open it; Stale where it is open, Forbidden when it was the work of none of `roles`. What was decided before stays
    in its history; its clocks begin anew."""
    conversation = the_conversation(session, uid, row_version)
    if conversation.status != CLOSED:
        raise Stale("This conversation is open")
    if conversation.went_on_in_id is not None:
        raise Stale("This conversation went on in another one")
    refuse_other_roles(session, conversation, roles)
    conversation.status = OPEN
    conversation.outcome = conversation.closed_at = conversation.closed_by = None
    conversation.reopened += 1
    begin_clocks(conversation, act.now, is_new_case=True)
    add_entry(session, act, conversation, REOPENED)
    about = last_message(session, conversation)
    if about is not None:
        make_tasks(session, act, [about], TITLE, INSTRUCTIONS, "routine", DUE_IN)
    if name_next(session, conversation) is None:
        conversation.due_at = act.now + DUE_IN
    go_by_reason(session, conversation)
    session.flush()
    return conversation


def last_message(session: Session, conversation: Conversation) -> int | None:
    """What the patient wrote last in it."""
    named = select(ConversationEntry.subject_id).where(
        ConversationEntry.conversation_id == conversation.id,
        ConversationEntry.subject_kind == MESSAGE,
        ConversationEntry.kind == ARRIVED,
    )
    return session.scalar(named.order_by(ConversationEntry.at.desc(), ConversationEntry.id.desc()).limit(1))
