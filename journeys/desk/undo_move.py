"""What was merged or split is as it was, with what has been written since where it was written."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from journeys.desk.entries import add_entry
from journeys.desk.finding import refuse_other_roles, the_conversation
from journeys.desk.moving import close_as_moved, look_anew, move_entries, open_as_before
from journeys.foundation.acting import Act
from journeys.foundation.errors import Stale
from journeys.store.conversations import (
    CLOSED,
    JOINED,
    UNDONE,
    Conversation,
    ConversationEntry,
    ConversationMove,
)


def undo_move(
    session: Session, act: Act, uid: uuid.UUID, row_version: int | None = None, roles: Collection[str] | None = None
) -> Conversation:
    """Take back the last merge or split of this conversation, and return it.

    Stale where there is none, or what went over has gone on since; Forbidden when it is the work of none of `roles`.
    """
    conversation = the_conversation(session, uid, row_version)
    refuse_other_roles(session, conversation, roles)
    move = last_move(session, conversation)
    if move is None:
        raise Stale("There is nothing to undo in this conversation")
    source, into = session.get_one(Conversation, move.from_id), session.get_one(Conversation, move.into_id)
    standing = select(func.count()).where(
        ConversationEntry.id.in_(move.entries), ConversationEntry.conversation_id == into.id
    )
    if into.went_on_in_id is not None or session.scalar(standing) != len(move.entries):
        raise Stale("It has gone on elsewhere since")
    move.undone_at, move.undone_by = act.now, act.by
    if move.kind == JOINED:
        move_entries(session, move.entries, source)
        source.went_on_in_id = None
        if move.had_ended is None:
            open_as_before(session, source, act.now)
        if into.status != CLOSED:
            look_anew(session, into, act.now)
    else:
        everything = select(ConversationEntry.id).where(ConversationEntry.conversation_id == into.id)
        move_entries(session, session.scalars(everything).all(), source)
        close_as_moved(session, act, into, source)
        if source.status != CLOSED:
            look_anew(session, source, act.now)
    add_entry(session, act, source, UNDONE, code=move.kind)
    return conversation


def last_move(session: Session, conversation: Conversation) -> ConversationMove | None:
    """The last merge or split in which it took part, unless that was undone."""
    part = or_(ConversationMove.from_id == conversation.id, ConversationMove.into_id == conversation.id)
    found = select(ConversationMove).where(part, ConversationMove.undone_at.is_(None))
    return session.scalar(found.order_by(ConversationMove.id.desc()).limit(1))
