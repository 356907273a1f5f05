"""Applies records once more whose missing references have arrived since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session, aliased

from journeys.foundation.acting import Act
from journeys.store.importing.applying import Landing, apply, note, read_rows
from journeys.store.importing.kept import KEPT
from journeys.store.importing.kinds import KINDS
from journeys.store.importing.kinds.base import Context
from journeys.store.importing.received import Received
from journeys.store.importing.recording import BOUND, Incoming, Tally, lock_source, opened_content
from journeys.store.sources import AwaitedReference, SourceAlias, SourceRecord


def bind_waiting(session: Session, act: Act, landing: Landing, after: int = 0, limit: int = 500) -> int | None:
    """Apply up to `limit` records with an id above `after`; the last id looked at, or None when there are no more."""
    lock_source(session, landing.source_id)
    records = ready_records(session, landing.source_id, after, limit)
    context = Context(act.now, landing.region)
    incoming = []
    for record in records:
        received = received_again(record)
        each = Incoming(received, BOUND, record.id, record.uid, KEPT, None)
        if read_rows(received, each, context) is None:
            incoming.append(each)
    keep_urls(session, incoming)
    apply(session, act, landing, incoming)
    tally = Tally()
    for each in incoming:
        tally.counts[each.received.resource_type, BOUND] += 1
    note(session, incoming, tally)
    return records[-1].id if records else None


def ready_records(session: Session, source_id: int, after: int, limit: int) -> Sequence[SourceRecord]:
    """The records that wait for something that is here now, in order of id."""
    awaited = AwaitedReference
    target = aliased(SourceRecord)
    alias = aliased(SourceAlias)
    by_id = exists().where(
        target.source_id == awaited.source_id,
        target.resource_type == awaited.resource_type,
        target.outside_id == awaited.outside_id,
        is_applied(target),
    )
    by_alias = exists().where(
        alias.source_id == awaited.source_id,
        alias.resource_type == awaited.resource_type,
        alias.token == awaited.token,
        target.id == alias.source_record_id,
        is_applied(target),
    )
    waiting = (
        select(awaited.source_record_id)
        .where(awaited.source_id == source_id, awaited.resource_type.in_(KINDS), by_id | by_alias)
        .distinct()
    )
    chosen = select(SourceRecord).where(SourceRecord.id.in_(waiting), SourceRecord.id > after)
    return session.scalars(chosen.order_by(SourceRecord.id).limit(limit)).all()


def is_applied(target: Any) -> Any:
    """SQL: the record has its row, because there is nothing needed that it waits for."""
    other = aliased(AwaitedReference)
    return ~exists().where(and_(other.source_record_id == target.id, other.needed))


def received_again(record: SourceRecord) -> Received:
    """A record from the store as if it had just been received."""
    content = opened_content(record.raw_sealed, record.uid)
    return Received(
        place=f"{record.resource_type}/{record.outside_id}",
        resource=orjson.loads(content),
        content=content,
        resource_type=record.resource_type,
        outside_id=record.outside_id,
        version=record.outside_version,
        updated_at=record.outside_updated_at,
    )


def keep_urls(session: Session, incoming: Sequence[Incoming]) -> None:
    """Keep the aliases that a record has already: its fullUrl is not part of its content."""
    known = [each.record_id for each in incoming]
    if not known:
        return
    rows = session.execute(
        select(SourceAlias.source_record_id, SourceAlias.token).where(SourceAlias.source_record_id.in_(known))
    )
    tokens: dict[int, tuple[bytes, ...]] = {}
    for record_id, token in rows:
        tokens[record_id] = (*tokens.get(record_id, ()), token)
    for each in incoming:
        each.aliases = tuple(dict.fromkeys((*each.aliases, *tokens.get(each.record_id, ()))))
