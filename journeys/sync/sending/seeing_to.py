"""The message that a person sees to, and whether anything newer tells of the same appointment."""

from __future__ import annotations

import uuid

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from journeys.foundation.errors import Missing, Stale
from journeys.foundation.words import N_
from journeys.store.outgoing_messages import OutgoingMessage


def set_aside(session: Session, uid: uuid.UUID) -> OutgoingMessage:
    """The message, held. Missing for none, Stale when it is not set aside any more."""
    row = session.scalar(select(OutgoingMessage).where(OutgoingMessage.uid == uid).with_for_update())
    if row is None:
        raise Missing(N_("There is no such message"))
    if row.status != "set-aside":
        raise Stale(N_("Somebody has dealt with this message already"))
    return row


def is_overtaken(session: Session, row: OutgoingMessage) -> bool:
    """Whether a newer message of the same connection tells of the same appointment."""
    newer = exists().where(
        OutgoingMessage.appointment_id == row.appointment_id,
        OutgoingMessage.connection_id == row.connection_id,
        OutgoingMessage.id > row.id,
    )
    return bool(session.scalar(select(newer)))
