"""Has a message sent once more that was set aside."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Stale
from journeys.foundation.words import N_
from journeys.store.outgoing_messages import OutgoingMessage
from journeys.sync.sending.connections_to_tell import SEND
from journeys.sync.sending.seeing_to import is_overtaken, set_aside


def retry_outgoing(session: Session, act: Act, uid: uuid.UUID) -> None:
    """Let it wait again, under the same name. Missing for none; Stale when it is not set aside any more, or when the
    receiver would be told what is no longer so."""
    row = set_aside(session, uid)
    if is_overtaken(session, row):
        raise Stale(N_("A newer message tells of the same appointment: settle this one"))
    row.status = "waiting"
    row.attempts = row.refusals = 0
    row.error = None
    row.not_before = act.now
    audit.note(session, "U", OutgoingMessage.__tablename__, [row.id], detail={"what": "tried again"})
    ring_after_commit(session, SEND)
