"""Keeps what a page of a server brought, once, and how far the walk is: both or neither."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Stale
from journeys.foundation.ids import new_uid
from journeys.foundation.secrets import seal
from journeys.foundation.words import N_
from journeys.store.connections import InterfaceMessage
from journeys.store.fhir_reading import SEARCH, FhirReading, FhirWalk
from journeys.sync.fhir.claim_server import HELD, Claimed, Walk
from journeys.sync.fhir.pages import DELETED, Found
from journeys.sync.receive_message import APPLY

BETWEEN_HISTORIES = dt.timedelta(minutes=5)

Name = tuple[str, str, str]
"""Kind, record and version."""


def keep_page(session: Session, act: Act, claimed: Claimed, walk: Walk | None, found: Sequence[Found]) -> int:
    """How many of these were new. Stale when somebody else reads this server by now."""
    reading = session.scalar(
        select(FhirReading)
        .where(FhirReading.connection_id == claimed.connection_id, FhirReading.claim == claimed.claim)
        .with_for_update()
    )
    if reading is None:
        raise Stale(N_("Somebody else reads this server"))
    reading.claimed_until = act.now + HELD
    fresh = unseen(session, claimed.connection_id, found)
    rows = [row_of(claimed.connection_id, act.now, each) for each in fresh]
    if walk is not None:
        keep_walk(session, act, claimed, walk)
    if not rows:
        audit.nothing_happened(session)
        return 0
    kept = insert(InterfaceMessage).on_conflict_do_nothing().returning(InterfaceMessage.id)
    numbers = session.scalars(kept, rows).all()
    audit.note(session, "C", InterfaceMessage.__tablename__, list(numbers), detail={"kept": len(numbers)})
    ring_after_commit(session, APPLY)
    return len(numbers)


def unseen(session: Session, connection_id: int, found: Sequence[Found]) -> list[Found]:
    """Those whose version was not kept before. A version that comes with another moment is another one: servers that
    were put back from a copy count from there."""
    wanted = {(kind_of(each), each.named, each.version) for each in found}
    columns = (InterfaceMessage.kind, InterfaceMessage.sender, InterfaceMessage.control_id)
    chosen = select(*columns, InterfaceMessage.sent_at).where(
        InterfaceMessage.connection_id == connection_id, tuple_(*columns).in_(wanted)
    )
    seen = {tuple(row) for row in session.execute(chosen)} if wanted else set()
    fresh = []
    for each in found:
        name = (kind_of(each), each.named, each.version, each.updated_at)
        if not each.version or name not in seen:
            fresh.append(each)
            seen.add(name)
    return fresh


def kind_of(found: Found) -> str:
    """The kind of message that an entry is."""
    return f"{DELETED} {found.resource_type}" if found.is_deleted else found.resource_type


def row_of(connection_id: int, now: dt.datetime, found: Found) -> dict[str, Any]:
    """An entry as a message, sealed."""
    uid: uuid.UUID = new_uid()
    return {
        "uid": uid,
        "connection_id": connection_id,
        "sender": found.named,
        "control_id": found.version,
        "kind": kind_of(found),
        "sent_at": found.updated_at,
        "received_at": now,
        "body_hash": hashlib.sha256(found.raw).digest(),
        "size": len(found.raw),
        "raw_sealed": seal(found.raw, InterfaceMessage.__tablename__, "raw", uid),
    }


def keep_walk(session: Session, act: Act, claimed: Claimed, walk: Walk) -> None:
    """How far it is. A walk that has come to its end begins next at the latest moment that it has seen."""
    values: dict[str, Any] = {"highest": walk.highest, "page": walk.page, "pages": walk.pages, "error": None}
    if walk.page is None:
        pause = dt.timedelta(seconds=claimed.server.every) if walk.way == SEARCH else BETWEEN_HISTORIES
        latest = [each for each in (walk.since, walk.highest) if each is not None]
        values |= {"since": max(latest, default=None), "highest": None, "pages": 0}
        values |= {"walked_at": act.now, "next_at": act.now + pause}
    else:
        values |= {"since": walk.since, "next_at": act.now}
    write_walk(session, claimed.connection_id, walk, values)


def write_walk(session: Session, connection_id: int, walk: Walk, values: dict[str, Any]) -> None:
    """Write one walk's row."""
    key = {"connection_id": connection_id, "resource_type": walk.resource_type, "way": walk.way}
    written = insert(FhirWalk).values(**key, **values)
    session.execute(written.on_conflict_do_update(index_elements=list(key), set_=values))
