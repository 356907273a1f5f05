"""What somebody has begun to write in a conversation, and who else is writing there now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.desk.finding import actor
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.conversations import ConversationDraft

STILL = dt.timedelta(minutes=3)
"""Whoever wrote so lately is writing still."""


def draft_of(session: Session, conversation_id: int, username: str) -> ConversationDraft | None:
    """What somebody has begun there."""
    mine = ConversationDraft.conversation_id == conversation_id, ConversationDraft.username == username
    return session.scalar(select(ConversationDraft).where(*mine))


@dataclass(frozen=True)
class Begun:
    """What somebody has begun for colleagues and to the patient, and the names of `others` who are writing now."""

    note: str = field(default="", repr=False)
    answer: str = field(default="", repr=False)
    others: tuple[str, ...] = ()


def begun_by(session: Session, act: Act, conversation_id: int) -> Begun:
    """What the actor has begun there, and who else writes."""
    audit.nothing_happened(session)
    mine = draft_of(session, conversation_id, actor(act))
    others = select(ConversationDraft.username).where(
        ConversationDraft.conversation_id == conversation_id,
        ConversationDraft.username != actor(act),
        ConversationDraft.writing_at > act.now - STILL,
    )
    writing = tuple(sorted(session.scalars(others)))
    return Begun(others=writing) if mine is None else Begun(mine.note or "", mine.answer or "", writing)
