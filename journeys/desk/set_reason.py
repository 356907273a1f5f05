"""Somebody says what a conversation is about: it goes where that belongs, by that clock."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy.orm import Session

from journeys.desk.entries import add_entry
from journeys.desk.finding import actor, going_on, refuse_other_roles
from journeys.desk.reasons.reason import reasons_in_force
from journeys.desk.reasons.routing import follow_reason
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.conversations import SORTED, Conversation


def set_reason(
    session: Session,
    act: Act,
    uid: uuid.UUID,
    reason: str,
    row_version: int | None = None,
    roles: Collection[str] | None = None,
) -> Conversation:
    """Let it be of this reason; the clocks keep their start. Invalid for a reason that the clinic does not have,
    Forbidden when the queue it lies in asks for none of `roles`."""
    known = reasons_in_force(session).get(reason)
    if known is None:
        raise Invalid([Problem("reason", N_("Choose what it is about"))])
    conversation = going_on(session, uid, row_version)
    refuse_other_roles(session, conversation, roles)
    if conversation.reason == reason:
        audit.nothing_happened(session)
        return conversation
    conversation.reason = reason
    is_theirs = conversation.owner == actor(act) and (roles is None or known.queue in roles)
    follow_reason(session, conversation, known, stays=is_theirs)
    add_entry(session, act, conversation, SORTED, code=reason)
    return conversation
