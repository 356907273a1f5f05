"""Binds what came before the record that it names: a result before its order, a visit before its patient."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.store.connections import Connection
from journeys.store.importing.applying import Landing
from journeys.store.importing.bind_waiting import bind_waiting
from journeys.sync.habits import region_of


def bind_late(session: Session, act: Act, connection_id: int, after: int | None = None) -> int | None:
    """One round over what a connection brought; the last record that was bound, None when there was none."""
    connection = session.get_one(Connection, connection_id)
    landing = Landing(connection.source_id, connection.location_id, act.now, region_of(connection))
    return bind_waiting(session, act, landing, after) if after is not None else bind_waiting(session, act, landing)
