"""What each entry of a conversation means for its cases: who asks, who answers, what ends, how long the patient was
waited for. One relation over entries, told by their order alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, literal, or_, select

from journeys.store.conversations import (
    ARRIVED,
    BACK,
    CALLED,
    ENDED,
    PUT_OFF,
    REOPENED,
    SENT,
    TO_WAIT,
    ConversationEntry,
)

SAME_CASE = dt.timedelta(hours=72)
"""Who turns to the clinic again within this time after the end goes on with the same case."""

BY_STAFF = "user:%"
"""Who acts by name is a person: automatic answers, rules and surveys are no answer."""

REACHED = ("to-patient", "from-patient", "voicemail")
"""Calls that are an answer: they spoke, or word was left. A call that nobody took is none."""

ASKED_BY_PHONE = "from-patient"


def marked(conversations: Select[Any]) -> CTE:
    """Every entry of these conversations (ids) that says something about a case, with what went before it."""
    entry = ConversationEntry
    in_order: dict[str, Any] = {"partition_by": entry.conversation_id, "order_by": (entry.at, entry.id)}
    before = {**in_order, "rows": (None, -1)}
    after = {**in_order, "rows": (1, None)}
    ends_waiting = or_(asks(), entry.kind.in_((BACK, ENDED, PUT_OFF, TO_WAIT)))
    return (
        select(
            entry.id,
            entry.conversation_id,
            entry.at,
            entry.code,
            asks().label("asks"),
            answers().label("answers"),
            (entry.kind == ENDED).label("ends"),
            (entry.kind == TO_WAIT).label("waits"),
            func.max(entry.at).filter(asks()).over(**before).label("last_asked"),
            func.max(entry.at).filter(or_(answers(), entry.kind == ENDED)).over(**before).label("last_replied"),
            func.max(entry.at).filter(entry.kind == ENDED).over(**before).label("last_ended"),
            func.min(entry.at).filter(ends_waiting).over(**after).label("waits_until"),
        )
        .where(entry.conversation_id.in_(conversations))
        .cte("marked")
    )


def asks() -> ColumnElement[bool]:
    """SQL: whether an entry asks for a person: a message that somebody has to read, a call, opening it again."""
    entry = ConversationEntry
    wrote = and_(entry.kind == ARRIVED, entry.code.is_not(None))
    called = and_(entry.kind == CALLED, func.coalesce(entry.code, "") == ASKED_BY_PHONE)
    return or_(wrote, called, entry.kind == REOPENED)


def answers() -> ColumnElement[bool]:
    """SQL: whether an entry is a person's answer."""
    entry = ConversationEntry
    sent = and_(entry.kind == SENT, entry.by.like(BY_STAFF))
    return or_(sent, and_(entry.kind == CALLED, func.coalesce(entry.code, "").in_(REACHED)))


def numbered(conversations: Select[Any]) -> CTE:
    """The same, each with the number of its case in the conversation; what came before the first is left out."""
    row = marked(conversations).c
    is_over = and_(row.last_ended >= row.last_asked, row.at > row.last_ended + literal(SAME_CASE))
    begins = and_(row.asks, or_(row.last_asked.is_(None), func.coalesce(is_over, False)))
    turns = and_(row.asks, or_(begins, func.coalesce(row.last_replied >= row.last_asked, False)))
    number = func.sum(case((begins, 1), else_=0)).over(
        partition_by=row.conversation_id, order_by=(row.at, row.id), rows=(None, 0)
    )
    counted = select(*row, number.label("number"), turns.label("turns")).subquery("counted")
    return select(counted).where(counted.c.number > 0).cte("numbered")
