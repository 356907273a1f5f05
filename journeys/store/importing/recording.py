"""The records of an import: what became of each, and how it is kept in the store."""

from __future__ import annotations

import datetime as dt
import uuid
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from journeys.foundation import advisory
from journeys.foundation.ids import new_uid
from journeys.foundation.secrets import seal, unseal_bytes
from journeys.store.importing.kinds.base import Kind, Row
from journeys.store.importing.linking import links_of
from journeys.store.importing.received import Received, Rejection
from journeys.store.importing.references import Reference
from journeys.store.importing.writing import insert_many, new_ids, update_many
from journeys.store.sources import AwaitedReference, SourceAlias, SourceLink, SourceRecord

NEW = "new"
CHANGED = "changed"
UNCHANGED = "unchanged"
OLDER = "older"
DUPLICATE = "duplicate"
"""Another content for the same record in the same import, without saying which is newer: the first one counts."""
REJECTED = "rejected"
BOUND = "bound"
"""A record that was here already and is applied once more, because what it waited for has arrived."""

DIGEST = 32
SOURCE_LOCK = advisory.SOURCES
LOCK = text("SELECT pg_advisory_xact_lock(:lock_class, CAST(:source AS integer))")
LEVEL = 6
"""Of zlib: a third of the time of level 9, within a few per cent of its size."""

Key = tuple[str, str]
"""Resource type and outside id."""


@dataclass
class Tally:
    """What became of each resource, by (resource type, outcome), and the rejections."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    rejections: list[Rejection] = field(default_factory=list)

    def reject(self, rejection: Rejection) -> None:
        """Count and keep a rejection."""
        self.counts[rejection.resource_type or "?", REJECTED] += 1
        self.rejections.append(rejection)


@dataclass
class Incoming:
    """One record on its way into the store: as received, its source record, and (when it has one) its row.

    `awaited` are the references whose rows are not there, each with whether the record cannot do without.
    """

    received: Received
    state: str
    record_id: int
    record_uid: uuid.UUID
    kind: Kind
    row: Row | None
    row_id: int = 0
    row_uid: uuid.UUID = field(default_factory=new_uid)
    row_is_new: bool = True
    patient_id: int | None = None
    aliases: tuple[bytes, ...] = ()
    others: set[bytes] = field(default_factory=set)
    awaited: list[tuple[Reference, bool]] = field(default_factory=list)

    @property
    def given(self) -> Row:
        """The row, for those who know that there is one."""
        if self.row is None:
            raise LookupError(f"{self.received.resource_type} of {self.received.place} has no row")
        return self.row


def lock_source(session: Session, source_id: int) -> None:
    """Two imports of one source take turns, batch by batch."""
    session.execute(LOCK, {"lock_class": SOURCE_LOCK, "source": source_id})


def write_records(session: Session, source_id: int, now: dt.datetime, incoming: Sequence[Incoming]) -> None:
    """Write the source records of one kind, their aliases, and what they wait for."""
    fresh = [each for each in incoming if each.state == NEW]
    changed = [each for each in incoming if each.state == CHANGED]
    again = [each for each in incoming if each.state == BOUND]
    insert_many(session, SourceRecord, [{**columns_of(each, now), **place_of(each, source_id)} for each in fresh])
    update_many(session, SourceRecord, [{"id": each.record_id, **columns_of(each, now)} for each in changed])
    update_many(session, SourceRecord, [{"id": each.record_id, "patient_id": each.patient_id} for each in again])
    known = [each.record_id for each in incoming if each.state != NEW]
    if known:
        session.execute(delete(SourceAlias).where(SourceAlias.source_record_id.in_(known)))
        session.execute(delete(AwaitedReference).where(AwaitedReference.source_record_id.in_(known)))
        session.execute(delete(SourceLink).where(SourceLink.source_record_id.in_(known)))
    insert_many(session, SourceAlias, [row for each in incoming for row in alias_rows(each, source_id)])
    insert_many(session, AwaitedReference, [row for each in incoming for row in awaited_rows(each, source_id)])
    insert_many(session, SourceLink, [row for each in incoming for row in link_rows(each, source_id)])


def place_of(incoming: Incoming, source_id: int) -> dict[str, object]:
    """The columns that never change."""
    return {
        "id": incoming.record_id,
        "uid": incoming.record_uid,
        "source_id": source_id,
        "resource_type": incoming.received.resource_type,
        "outside_id": incoming.received.outside_id,
    }


def columns_of(incoming: Incoming, now: dt.datetime) -> dict[str, object]:
    """The columns that come with each version."""
    received = incoming.received
    return {
        "patient_id": incoming.patient_id,
        "outside_version": received.version,
        "outside_updated_at": received.updated_at,
        "received_at": now,
        "hash": received.digest,
        "other_hashes": b"".join(sorted(incoming.others)) or None,
        "raw_sealed": sealed_content(received.content, incoming.record_uid),
    }


def sealed_content(content: bytes, uid: uuid.UUID) -> bytes:
    """The whole content, compressed and sealed for its row."""
    table, column = SourceRecord.__tablename__, "raw"
    packed = zlib.compress(content, LEVEL)
    return seal(packed, table, column, uid)


def opened_content(raw_sealed: bytes, uid: uuid.UUID) -> bytes:
    """The content of a source record as it was received."""
    return zlib.decompress(unseal_bytes(raw_sealed, SourceRecord.__tablename__, "raw", uid))


def alias_rows(incoming: Incoming, source_id: int) -> list[Mapping[str, object]]:
    """The other names of a record."""
    common = {
        "source_record_id": incoming.record_id,
        "source_id": source_id,
        "resource_type": incoming.received.resource_type,
    }
    return [{**common, "token": token} for token in dict.fromkeys(incoming.aliases)]


def awaited_rows(incoming: Incoming, source_id: int) -> list[Mapping[str, object]]:
    """What a record waits for."""
    common = {"source_record_id": incoming.record_id, "source_id": source_id}
    return [
        {
            **common,
            "resource_type": reference.resource_type,
            "outside_id": reference.outside_id,
            "token": reference.token,
            "needed": needed,
        }
        for reference, needed in incoming.awaited
    ]


def link_rows(incoming: Incoming, source_id: int) -> list[Mapping[str, object]]:
    """What a record names besides its patient."""
    common = {"source_record_id": incoming.record_id, "source_id": source_id}
    return [
        {
            **common,
            "name": name,
            "resource_type": reference.resource_type,
            "outside_id": reference.outside_id,
            "token": reference.token,
        }
        for name, reference in dict.fromkeys(links_of(incoming.received.resource))
    ]


def give_record_ids(session: Session, incoming: Sequence[Incoming]) -> None:
    """Ids for the records that are new."""
    fresh = [each for each in incoming if each.state == NEW]
    for each, number in zip(fresh, new_ids(session, SourceRecord, len(fresh)), strict=True):
        each.record_id = number
