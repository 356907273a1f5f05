"""Records what a receiver answered: told, to be tried again, or set aside for a person."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.outgoing_messages import OutgoingMessage
from journeys.sync.sending.linking import Answered

LATER = tuple(dt.timedelta(seconds=each) for each in (5, 15, 60, 300))
"""How long after each attempt the next one comes; the last is that of all that follow."""

MOST_REFUSALS = 6
"""Answers that ask for another attempt (AE) before a person has to look."""


def record_answer(session: Session, act: Act, number: int, claim: uuid.UUID, answered: Answered) -> str | None:
    """The status afterwards; None when somebody else has taken the message meanwhile."""
    mine = (OutgoingMessage.id == number, OutgoingMessage.claim == claim)
    row = session.scalar(select(OutgoingMessage).where(*mine).with_for_update())
    if row is None:
        audit.nothing_happened(session)
        return None
    row.claim = row.claimed_until = None
    row.error = answered.error
    row.refusals += answered.result == "again"
    if answered.result == "accepted":
        row.status, row.sent_at = "sent", act.now
    elif answered.result == "refused" or row.refusals >= MOST_REFUSALS:
        row.status = "set-aside"
    else:
        row.status = "waiting"
        row.not_before = act.now + LATER[min(row.attempts, len(LATER)) - 1]
    detail = {"status": row.status, "error": row.error}
    audit.note(session, "U", OutgoingMessage.__tablename__, [row.id], detail=detail)
    return row.status
