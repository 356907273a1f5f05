"""Colleagues who are named in notes hear of it: a mark in their inbox until they say that they have seen it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from journeys.desk.finding import actor
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.conversations import Conversation, ConversationMention

MOST = 99
"""More are not counted."""


def waiting_for(act: Act) -> list[ColumnElement[bool]]:
    """SQL: which mentions wait for the actor."""
    return [ConversationMention.username == actor(act), ConversationMention.seen_at.is_(None)]


def count_mentions(session: Session, act: Act) -> int:
    """In how many notes a colleague waits for the actor's word, up to MOST."""
    audit.nothing_happened(session)
    some = select(ConversationMention.id).where(*waiting_for(act)).limit(MOST).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def mentioned_by(session: Session, act: Act, conversation_id: int) -> list[str]:
    """Who waits for the actor's word in a conversation, each once."""
    audit.nothing_happened(session)
    found = select(ConversationMention.by).where(
        ConversationMention.conversation_id == conversation_id, *waiting_for(act)
    )
    return sorted(set(session.scalars(found)))


def see_mentions(session: Session, act: Act, conversation: Conversation) -> int:
    """The actor has seen where they are named in this conversation; how often that was."""
    mine = update(ConversationMention).where(ConversationMention.conversation_id == conversation.id, *waiting_for(act))
    changed = mine.values(seen_at=act.now).returning(ConversationMention.id)
    seen = session.scalars(changed.execution_options(synchronize_session=False)).all()
    if seen:
        about = ConversationMention.__tablename__
        audit.note(session, "U", about, sorted(seen), [conversation.patient_id], {"what": "seen"})
    return len(seen)
