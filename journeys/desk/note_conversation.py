"""A note for colleagues in a conversation: the patient never sees it."""

from __future__ import annotations

import re
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.desk.entries import add_entry
from journeys.desk.finding import the_conversation
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.conversations import NOTED, ConversationEntry
from journeys.store.organisation import Practitioner

LONGEST = 4_000
MENTION = re.compile(r"(?<!\S)@([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)", re.IGNORECASE)


def note_conversation(session: Session, act: Act, uid: uuid.UUID, text: str) -> ConversationEntry:
    """Keep it, with the colleagues whom it names as @username; Invalid for one whom nobody knows, because they would
    never hear of it."""
    written = text.strip()
    refuse_length(written)
    named = set(MENTION.findall(written))
    known = set(session.scalars(select(Practitioner.username).where(Practitioner.username.in_(named))))
    if unknown := sorted(named - known):
        raise Invalid([Problem("note", N_("There is no member of staff %(owner)s"), {"owner": unknown[0]})])
    conversation = the_conversation(session, uid)
    return add_entry(session, act, conversation, NOTED, note=written, mentions=named)


def refuse_length(written: str) -> None:
    """Invalid where nothing is written, or too much."""
    if not written:
        raise Invalid([Problem("note", N_("Write something first"))])
    if len(written) > LONGEST:
        raise Invalid([Problem("note", N_("At most %(most)s characters"), {"most": LONGEST})])
