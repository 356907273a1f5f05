"""Writes down what happened in a conversation."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.conversations import Conversation, ConversationEntry


def add_entry(
    session: Session,
    act: Act,
    conversation: Conversation,
    kind: str,
    code: str | None = None,
    note: str | None = None,
    mentions: Collection[str] = (),
    message_id: int | None = None,
) -> ConversationEntry:
    """One thing that somebody did just now; the change is noted for the audit."""
    entry = ConversationEntry(
        conversation_id=conversation.id,
        patient_id=conversation.patient_id,
        at=act.now,
        by=act.by,
        kind=kind,
        code=code,
        subject_kind=None if message_id is None else "message",
        subject_id=message_id,
        mentions=sorted(mentions),
    )
    entry.note = note or None
    session.add(entry)
    conversation.last_at = act.now
    session.flush()
    audit.note(session, "U", "conversation", [conversation.id], [conversation.patient_id], {"what": kind})
    return entry
