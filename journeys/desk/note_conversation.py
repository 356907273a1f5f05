"""A note for colleagues in a conversation: the patient never sees it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from journeys.desk.drafts import draft_of
from journeys.desk.entries import add_entry
from journeys.desk.finding import actor, refuse_other_roles, the_conversation
from journeys.desk.mentions import see_mentions
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.conversations import ESCALATED, NOTED, Conversation, ConversationEntry, ConversationMention
from journeys.store.organisation import Practitioner

LONGEST = 4_000
MENTION = re.compile(r"(?<!\S)@([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)", re.IGNORECASE)


def note_conversation(
    session: Session, act: Act, uid: uuid.UUID, text: str, roles: Collection[str] | None = None
) -> ConversationEntry:
    """Keep it, with the colleagues whom it names as @username. A word after @ that is no colleague is a word: nobody is
    told by it. Forbidden when it is the work of none of `roles`, unless a note there asks whoever writes."""
    written = text.strip()
    refuse_length(written)
    known = select(Practitioner.username).where(Practitioner.username.in_(words_after_at(written)), Practitioner.active)
    conversation = the_conversation(session, uid)
    if not is_asked(session, conversation, actor(act), roles):
        refuse_other_roles(session, conversation, roles)
    mentions = sorted(name for name in session.scalars(known) if name is not None)
    see_mentions(session, act, conversation)
    about = {"conversation_id": conversation.id, "patient_id": conversation.patient_id, "at": act.now, "by": act.by}
    others = [name for name in mentions if name != actor(act)]
    session.add_all(ConversationMention(**about, username=name) for name in others)
    begun = draft_of(session, conversation.id, actor(act))
    if begun is not None:
        begun.writing_at = begun.note = None
    return add_entry(session, act, conversation, NOTED, note=written, mentions=mentions)


def words_after_at(written: str) -> set[str]:
    """What stands after an @, as it is written."""
    return set(MENTION.findall(written))


def is_asked(session: Session, conversation: Conversation, username: str, roles: Collection[str] | None) -> bool:
    """Whether a note names somebody, or one of their roles is asked for help, so that they may answer."""
    entry = ConversationEntry
    named = entry.mentions.contains([username])
    helps = and_(entry.kind == ESCALATED, entry.code.in_(roles or ()))
    found = select(entry.id).where(entry.conversation_id == conversation.id, or_(named, helps))
    return session.scalar(found.limit(1)) is not None


def refuse_length(written: str) -> None:
    """Invalid where nothing is written, or too much."""
    if not written:
        raise Invalid([Problem("note", N_("Write something first"))])
    if len(written) > LONGEST:
        raise Invalid([Problem("note", N_("At most %(most)s characters"), {"most": LONGEST})])
