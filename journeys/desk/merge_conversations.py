"""Two conversations of a patient turn out to be about one matter: they are one from now on."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.desk.entries import add_entry
from journeys.desk.finding import going_on, refuse_other_roles, the_conversation
from journeys.desk.moving import close_as_moved, look_anew, move_entries
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem, Stale
from journeys.foundation.words import N_
from journeys.store.conversations import JOINED, Conversation, ConversationEntry, ConversationMove


def merge_conversations(
    session: Session,
    act: Act,
    uid: uuid.UUID,
    other: uuid.UUID,
    row_version: int | None = None,
    roles: Collection[str] | None = None,
) -> Conversation:
    """Take everything of the other into the conversation with this uid, which keeps its number; the other one is over.

    Invalid for the same one, or one of another patient; Stale where it went elsewhere already; Forbidden when either is
    the work of none of `roles`. `undo_move` takes it back.
    """
    conversation = going_on(session, uid, row_version)
    if other == uid:
        raise Invalid([Problem("other", N_("Choose another conversation"))])
    source = the_conversation(session, other)
    if source.patient_id != conversation.patient_id:
        raise Invalid([Problem("other", N_("It is another patient's"))])
    if source.went_on_in_id is not None:
        raise Stale("It went on elsewhere already")
    refuse_other_roles(session, conversation, roles)
    refuse_other_roles(session, source, roles)
    entries = list(session.scalars(select(ConversationEntry.id).where(ConversationEntry.conversation_id == source.id)))
    about = {"patient_id": conversation.patient_id, "kind": JOINED, "at": act.now, "by": act.by}
    ids = {"from_id": source.id, "into_id": conversation.id, "entries": sorted(entries)}
    session.add(ConversationMove(**about, **ids, had_ended=source.outcome))
    session.flush()
    move_entries(session, entries, conversation)
    close_as_moved(session, act, source, conversation)
    conversation.opened_at = min(conversation.opened_at, source.opened_at)
    look_anew(session, conversation, act.now)
    add_entry(session, act, conversation, JOINED, code=str(source.uid))
    return conversation
