"""Which messages wait to be applied, in the order in which they came."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.connections import Connection, InterfaceMessage


def waiting_messages(session: Session, act: Act, limit: int = 100) -> list[tuple[int, int]]:
    """Their ids, each with its connection's; those of connections that rest wait on."""
    audit.nothing_happened(session)
    chosen = (
        select(InterfaceMessage.id, InterfaceMessage.connection_id)
        .join(Connection, Connection.id == InterfaceMessage.connection_id)
        .where(InterfaceMessage.status == "waiting", Connection.active)
        .order_by(InterfaceMessage.id)
    )
    return [(row.id, row.connection_id) for row in session.execute(chosen.limit(limit))]
