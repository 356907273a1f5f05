"""Lets messages that waited for their paused journey be decided anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import ARRAY, BigInteger, ColumnElement, and_, any_, literal, or_, update
from sqlalchemy.orm import Session

from journeys.contact.deciding.reasons import JOURNEY_ON_HOLD
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.store.contact import Message


def go_on(session: Session, act: Act, enrolments: Collection[int]) -> int:
    """Make the messages of these enrolments due that were put off because they were on hold, and return how many.

    For the verb that lets the journey go on: it holds the lanes already. What was released before the pause and has not
    left is released still, and looked at again before it does.
    """
    mine = Message.enrolment_id == any_(literal(list(enrolments), ARRAY(BigInteger)))
    statement = (
        update(Message)
        .where(Message.status == "planned", mine, was_put_off())
        .values(not_before=None)
        .returning(Message.id, Message.patient_id)
    )
    rows = session.execute(statement.execution_options(synchronize_session=False)).all()
    if rows:
        audit.note(session, "U", "message", [row.id for row in rows], [row.patient_id for row in rows])
    ring_after_commit(session, "plan")
    ring_after_commit(session, "deliver")
    return len(rows)


def was_put_off() -> ColumnElement[bool]:
    """SQL: whether a message was put off because its journey was on hold."""
    return literal(JOURNEY_ON_HOLD) == any_(Message.reasons)


def is_held_up(now: dt.datetime) -> ColumnElement[bool]:
    """SQL: whether a message waits for nothing but its journey: it is released, due, or put off because of it."""
    is_due = or_(Message.not_before.is_(None), Message.not_before <= now, was_put_off())
    return or_(Message.status == "released", and_(Message.status == "planned", is_due))
