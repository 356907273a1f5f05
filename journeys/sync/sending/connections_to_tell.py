"""Which connections have something to send now."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.connections import Connection
from journeys.store.outgoing_messages import OutgoingMessage
from journeys.sync.sending.receiver import Receiver, receiver_of

SEND = "sending"
"""The job that sends."""


def due(now: dt.datetime) -> Select[Any]:
    """SELECT the connections of messages whose time has come, or whose sender has died.

    The first of a connection that waits decides: what stands behind one that is to be tried later waits with it.
    """
    is_open = OutgoingMessage.status.in_(("waiting", "sending"))
    first = select(func.min(OutgoingMessage.id)).where(is_open).group_by(OutgoingMessage.connection_id)
    is_due = or_(
        and_(OutgoingMessage.status == "waiting", OutgoingMessage.not_before <= now),
        and_(OutgoingMessage.status == "sending", OutgoingMessage.claimed_until < now),
    )
    return select(OutgoingMessage.connection_id).where(OutgoingMessage.id.in_(first), is_due)


def connections_to_tell(session: Session, act: Act) -> list[tuple[int, Receiver]]:
    """Those in use, with their receivers."""
    audit.nothing_happened(session)
    chosen = select(Connection).where(Connection.active, Connection.id.in_(due(act.now))).order_by(Connection.id)
    found = [(row.id, receiver_of(row)) for row in session.scalars(chosen)]
    return [(number, receiver) for number, receiver in found if receiver is not None]
