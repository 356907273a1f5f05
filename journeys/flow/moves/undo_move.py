"""Takes a move of patients back: whoever has not moved on since stands again where they stood."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Missing, Stale
from journeys.store.moves import JourneyMove


def undo_move(session: Session, act: Act, uid: uuid.UUID) -> JourneyMove:
    """Keep that it is to be taken back; the worker does it. Stale when it is not done yet, or taken back already."""
    move = session.scalar(select(JourneyMove).where(JourneyMove.uid == uid).with_for_update())
    if move is None:
        raise Missing("There is no such move")
    if move.status != "moved":
        raise Stale("Only a move that is done can be taken back")
    move.status = "undoing"
    audit.note(session, "U", "journey.move", [move.id], detail={"what": "undo"})
    ring_after_commit(session, "move")
    return move
