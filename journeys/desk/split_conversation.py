"""One conversation turns out to be about two matters: from one message on it is another."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from journeys.desk.entries import add_entry
from journeys.desk.finding import going_on, refuse_other_roles
from journeys.desk.moving import look_anew, move_entries
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Missing, Problem
from journeys.foundation.words import N_
from journeys.store.conversations import ARRIVED, OPEN, PARTED, Conversation, ConversationEntry, ConversationMove


def split_conversation(
    session: Session,
    act: Act,
    uid: uuid.UUID,
    entry: uuid.UUID,
    row_version: int | None = None,
    roles: Collection[str] | None = None,
) -> Conversation:
    """Return a new conversation, open, with everything from this message of the patient on.

    Missing where there is no such message in it, Invalid where nothing would be left; Forbidden when it is the work of
    none of `roles`. `undo_move` takes it back.
    """
    conversation = going_on(session, uid, row_version)
    refuse_other_roles(session, conversation, roles)
    of_it = ConversationEntry.conversation_id == conversation.id
    first = session.scalar(
        select(ConversationEntry).where(of_it, ConversationEntry.uid == entry, ConversationEntry.kind == ARRIVED)
    )
    if first is None:
        raise Missing("There is no such message in this conversation")
    place = tuple_(ConversationEntry.at, ConversationEntry.id)
    entries = list(session.scalars(select(ConversationEntry.id).where(of_it, place >= (first.at, first.id))))
    left = session.scalar(select(ConversationEntry.id).where(of_it, ConversationEntry.id.not_in(entries)).limit(1))
    if left is None:
        raise Invalid([Problem("entry", N_("Choose a later message: nothing would be left"))])
    made = alike(conversation, first)
    session.add(made)
    session.flush()
    about = {"patient_id": conversation.patient_id, "kind": PARTED, "at": act.now, "by": act.by}
    ids = {"from_id": conversation.id, "into_id": made.id, "entries": sorted(entries)}
    session.add(ConversationMove(**about, **ids))
    session.flush()
    move_entries(session, entries, made)
    for each in (made, conversation):
        look_anew(session, each, act.now)
    add_entry(session, act, conversation, PARTED, code=str(made.uid))
    return made


def alike(conversation: Conversation, first: ConversationEntry) -> Conversation:
    """A new conversation of the same patient, that begins with a message; nobody has said what it is about."""
    same = ("patient_id", "owner", "queue_id", "location_id", "channel", "language", "journey_id", "template_id")
    facts = {name: getattr(conversation, name) for name in same}
    moments = dict.fromkeys(("opened_at", "last_at", "began_at", "asked_at"), first.at)
    return Conversation(**facts, **moments, status=OPEN)
