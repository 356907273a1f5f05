"""Somebody takes it on to find out whose a reply of an unknown sender is, or gives it back."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.contact.inbound.unknown_senders import taken
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Stale
from journeys.store.inbox import InboundDelivery


def username_of(act: Act) -> str:
    """The name by which somebody owns what waits: the username, without `user:`."""
    return act.by.removeprefix("user:")


def claim_sender(session: Session, act: Act, number: int) -> None:
    """It is the actor's now. Stale when somebody else has it, or dealt with it; Missing outside the scope."""
    row = taken(session, act, number)
    if row.owner not in (None, username_of(act)):
        raise Stale("Somebody else took this reply on first")
    own(session, row, username_of(act))


def give_back_sender(session: Session, act: Act, number: int) -> None:
    """It is nobody's again, whoever had it: an owner may be away. Stale when somebody dealt with it."""
    own(session, taken(session, act, number), None)


def own(session: Session, row: InboundDelivery, username: str | None) -> None:
    """Say whose it is; the change is noted for the audit."""
    row.owner = username
    session.flush()
    audit.note(session, "U", InboundDelivery.__tablename__, [row.id], detail={"owner": username})
