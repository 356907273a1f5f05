"""Settles a message that was set aside: a person has seen to it, nothing more is made of it."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing, Stale
from journeys.foundation.words import N_
from journeys.store.connections import InterfaceMessage


def settle_message(session: Session, act: Act, uid: uuid.UUID) -> None:
    """Settle it. Missing for none, Stale when it is not set aside any more."""
    row = session.scalar(select(InterfaceMessage).where(InterfaceMessage.uid == uid).with_for_update())
    if row is None:
        raise Missing(N_("There is no such message"))
    if row.status != "set-aside":
        raise Stale(N_("Somebody has dealt with this message already"))
    row.status = "settled"
    row.settled_at = act.now
    row.settled_by = act.by
    audit.note(session, "U", InterfaceMessage.__tablename__, [row.id], detail={"what": "settled"})
