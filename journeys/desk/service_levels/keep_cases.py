"""Writes down the cases of conversations in which something happened, and those whose time is over."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Select, and_, func, literal, or_, select, union
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.desk.reasons.reason import reasons_in_force
from journeys.desk.service_levels.cases import cases
from journeys.desk.service_levels.marking import asks
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.conversations import Conversation, ConversationEntry
from journeys.store.service_levels import ServiceCase

MOST = 2_000

LOOKED_BACK = dt.timedelta(days=1)
"""What was committed late, or arrived with an earlier time, is found for so long after the newest that was seen."""

STAYS = ("conversation_id", "asked_at", "queue_id", "calendar_id", "calendar_version", "pause_limit")
PROMISED = ("response_target", "resolution_target")
LATE = ("response_late", "resolution_late")


def keep_cases(session: Session, act: Act, limit: int = MOST) -> int:
    """How many conversations were looked at. The promise of a case is that of the moment when it was first written
    down; what was late once stays late."""
    chosen = session.scalars(select(to_look_at(act, limit).subquery().c.id)).all()
    if not chosen:
        audit.nothing_happened(session)
        return 0
    found = cases(act, select(Conversation.id).where(Conversation.id.in_(chosen)), reasons_in_force(session))
    names = [column.name for column in found.selected_columns]
    writing = insert(ServiceCase).from_select(
        names, found.order_by("conversation_id", "asked_at"), include_defaults=False
    )
    new: dict[str, Any] = {name: writing.excluded[name] for name in names if name not in (*STAYS, *PROMISED)}
    for name in LATE:
        new[name] = or_(getattr(ServiceCase, name), writing.excluded[name])
    session.execute(writing.on_conflict_do_update(index_elements=("conversation_id", "asked_at"), set_=new))
    audit.note(session, "U", ServiceCase.__tablename__, sorted(chosen))
    return len(chosen)


def to_look_at(act: Act, limit: int) -> Any:
    """SELECT the conversations with something new, and those of which a time that was promised is over."""
    newest = select(func.max(ServiceCase.seen_at)).scalar_subquery()
    since = func.coalesce(newest - literal(LOOKED_BACK), literal(dt.datetime.min.replace(tzinfo=dt.UTC)))
    is_seen = and_(ServiceCase.conversation_id == Conversation.id, ServiceCase.seen_at >= Conversation.last_at)
    of_it = and_(ConversationEntry.conversation_id == Conversation.id, asks())
    new = (
        select(Conversation.id)
        .where(
            Conversation.last_at >= since,
            ~select(ServiceCase.id).where(is_seen).exists(),
            select(ConversationEntry.id).where(of_it).exists(),
        )
        .order_by(Conversation.last_at, Conversation.id)
        .limit(limit)
    )
    return union(new, over(act, limit))


def over(act: Act, limit: int) -> Select[Any]:
    """SELECT the conversations in which a promised time is over and nobody has written that down."""
    case = ServiceCase
    unanswered = and_(case.answered_at.is_(None), case.resolved_at.is_(None), ~case.response_late)
    unresolved = and_(case.resolved_at.is_(None), ~case.resolution_late)
    is_over = or_(and_(unanswered, case.response_due_at < act.now), and_(unresolved, case.resolution_due_at < act.now))
    return select(case.conversation_id.label("id")).where(is_over).order_by(case.conversation_id).limit(limit)
