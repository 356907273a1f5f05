"""Takes one server that is to be read now; nobody else reads it until this reader has recorded what became of it, or
has said nothing for long."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.ids import new_uid
from journeys.store.connections import FHIR_R4, Connection
from journeys.store.fhir_reading import HISTORY, SEARCH, FhirReading, FhirWalk
from journeys.sync.fhir.capability import DELETED, offers
from journeys.sync.fhir.server import Server, server_of

HELD = dt.timedelta(minutes=2)
BETWEEN_TESTS = dt.timedelta(days=1)


@dataclass
class Walk:
    """One walk that is due: where it stands."""

    resource_type: str
    way: str
    since: dt.datetime | None = None
    highest: dt.datetime | None = None
    page: str | None = None
    pages: int = 0


@dataclass(frozen=True)
class Claimed:
    """One server to be read. `is_read` is false for one that rests and is only to be tested."""

    connection_id: int
    claim: uuid.UUID
    server: Server
    secret: str | None = field(repr=False)
    is_tested: bool
    is_read: bool
    walks: tuple[Walk, ...]
    capability: dict[str, Any] = field(default_factory=dict, repr=False)


def is_due(now: dt.datetime) -> ColumnElement[bool]:
    """SQL: this reading is to be done, and nobody does it."""
    free = or_(FhirReading.claimed_until.is_(None), FhirReading.claimed_until < now)
    asked = FhirReading.test_asked_at.is_not(None)
    untested = or_(FhirReading.tested_at.is_(None), FhirReading.tested_at < FhirReading.test_asked_at)
    read = and_(Connection.active, FhirReading.next_at <= now)
    return and_(free, or_(read, and_(asked, untested)))


def exists_due(now: dt.datetime) -> ColumnElement[bool]:
    """SQL: there is a server to be read."""
    mine = select(FhirReading.id).join(Connection, Connection.id == FhirReading.connection_id)
    return mine.where(Connection.kind == FHIR_R4, is_due(now)).exists()


def claim_server(session: Session, act: Act) -> Claimed | None:
    """The one that has waited longest, or None."""
    audit.nothing_happened(session)
    chosen = (
        select(FhirReading, Connection)
        .join(Connection, Connection.id == FhirReading.connection_id)
        .where(Connection.kind == FHIR_R4, is_due(act.now))
        .order_by(FhirReading.next_at, FhirReading.id)
        .limit(1)
        .with_for_update(of=FhirReading, skip_locked=True)
    )
    found = session.execute(chosen).one_or_none()
    if found is None:
        return None
    reading, connection = found
    reading.claim = new_uid()
    reading.claimed_until = act.now + HELD
    reading.tried_at = act.now
    server = server_of(connection.settings)
    return Claimed(
        connection_id=connection.id,
        claim=reading.claim,
        server=server,
        secret=reading.secret,
        is_tested=is_to_be_tested(reading, act.now),
        is_read=connection.active,
        walks=tuple(walks_due(session, connection.id, server, reading.capability, act.now)),
        capability=reading.capability,
    )


def is_to_be_tested(reading: FhirReading, now: dt.datetime) -> bool:
    """Whether to ask the server what it can do: somebody asked for it, it was never known, or was long ago."""
    if reading.tested_at is None or not reading.capability or reading.tested_at < now - BETWEEN_TESTS:
        return True
    return reading.test_asked_at is not None and reading.tested_at < reading.test_asked_at


def walks_due(
    session: Session, connection_id: int, server: Server, capability: dict[str, Any], now: dt.datetime
) -> Sequence[Walk]:
    """The walks of a server whose time has come, those of a search first. A history begins where the first search
    ended: what was deleted before was never here."""
    rows = session.scalars(select(FhirWalk).where(FhirWalk.connection_id == connection_id))
    known = {(row.resource_type, row.way): row for row in rows}
    due = []
    for way in (SEARCH, HISTORY):
        for resource_type in dict.fromkeys(server.types):
            row = known.get((resource_type, way))
            searched = known.get((resource_type, SEARCH))
            if row is not None and row.next_at > now:
                continue
            if way == HISTORY and not offers(capability, resource_type, DELETED):
                continue
            if way == HISTORY and (searched is None or searched.since is None):
                continue
            since = searched.since if row is None and way == HISTORY and searched is not None else None
            due.append(Walk(resource_type, way, since) if row is None else walk_of(row))
    return due


def walk_of(row: FhirWalk) -> Walk:
    """Where a walk stands."""
    return Walk(row.resource_type, row.way, row.since, row.highest, row.page, row.pages)
