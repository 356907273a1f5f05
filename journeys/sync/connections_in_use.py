"""Which connections listen for messages now, and where."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.connections import Connection


@dataclass(frozen=True)
class Listened:
    """A connection and the port at which its system may send."""

    connection_id: int
    slug: str
    port: int


def connections_in_use(session: Session, act: Act) -> list[Listened]:
    """Those that are active and have a port, by their short names."""
    audit.nothing_happened(session)
    rows = session.scalars(select(Connection).where(Connection.active).order_by(Connection.slug)).all()
    return [Listened(row.id, row.slug, row.settings["port"]) for row in rows if row.settings.get("port")]
