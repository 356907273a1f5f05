"""Counts an attempt to apply a message; one that failed several times is set aside for a person."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.words import N_
from journeys.store.connections import InterfaceMessage

MOST_ATTEMPTS = 5


def try_message(session: Session, act: Act, number: int) -> bool:
    """Whether to try."""
    row = session.get(InterfaceMessage, number, with_for_update={"skip_locked": True})
    if row is None or row.status != "waiting":
        audit.nothing_happened(session)
        return False
    row.attempts += 1
    if row.attempts > MOST_ATTEMPTS:
        row.status = "set-aside"
        row.problems = [{"says": N_("could not be applied, however often it was tried")}]
    audit.note(session, "U", InterfaceMessage.__tablename__, [number], detail={"attempt": row.attempts})
    return row.status == "waiting"
