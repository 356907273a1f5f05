"""Settles a message that was set aside: a person has told the other side, or nobody needs to."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.outgoing_messages import OutgoingMessage
from journeys.sync.sending.seeing_to import set_aside


def settle_outgoing(session: Session, act: Act, uid: uuid.UUID) -> None:
    """Settle it. Missing for none, Stale when it is not set aside any more."""
    row = set_aside(session, uid)
    row.status = "settled"
    row.settled_at = act.now
    row.settled_by = act.by
    audit.note(session, "U", OutgoingMessage.__tablename__, [row.id], detail={"what": "settled"})
