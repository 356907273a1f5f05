"""Has a message applied once more that was set aside: its connection says more by now, or the other side mended it."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Missing, Stale
from journeys.foundation.words import N_
from journeys.store.connections import InterfaceMessage
from journeys.sync.receive_message import APPLY


def retry_message(session: Session, act: Act, uid: uuid.UUID) -> None:
    """Let it wait again. Missing for none, Stale when it is not set aside any more."""
    row = session.scalar(select(InterfaceMessage).where(InterfaceMessage.uid == uid).with_for_update())
    if row is None:
        raise Missing(N_("There is no such message"))
    if row.status != "set-aside":
        raise Stale(N_("Somebody has dealt with this message already"))
    row.status = "waiting"
    row.attempts = 0
    row.problems = []
    audit.note(session, "U", InterfaceMessage.__tablename__, [row.id], detail={"what": "tried again"})
    ring_after_commit(session, APPLY)
