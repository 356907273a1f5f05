"""Which of the received resources are new, changed, unchanged, older, duplicates, or another patient's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.importing.received import Received, Rejection
from journeys.store.importing.recording import (
    CHANGED,
    DIGEST,
    DUPLICATE,
    NEW,
    OLDER,
    REJECTED,
    UNCHANGED,
    Key,
    Tally,
    opened_content,
)
from journeys.store.importing.references import subject_of
from journeys.store.importing.writing import update_many
from journeys.store.sources import SourceRecord


def known_records(session: Session, source_id: int, keys: Iterable[Key]) -> dict[Key, SourceRecord]:
    """The records that the store has of these, without their content."""
    wanted: dict[str, list[str]] = {}
    for resource_type, outside_id in keys:
        wanted.setdefault(resource_type, []).append(outside_id)
    found: dict[Key, SourceRecord] = {}
    for resource_type, outside_ids in wanted.items():
        rows = session.scalars(
            select(SourceRecord)
            .options(defer(SourceRecord.raw_sealed))
            .where(
                SourceRecord.source_id == source_id,
                SourceRecord.resource_type == resource_type,
                SourceRecord.outside_id.in_(outside_ids),
            )
        )
        found |= {(resource_type, row.outside_id): row for row in rows}
    return found


@dataclass
class Standing:
    """A record as the store, or the batch so far, has it. `others` are the hashes of contents that did not count."""

    hash: bytes
    updated_at: dt.datetime | None
    version: str | None
    is_of_this_import: bool
    subject: str | None = None
    others: set[bytes] = field(default_factory=set)

    @classmethod
    def of_record(cls, record: SourceRecord, started_at: dt.datetime, subject: str | None) -> Standing:
        """As the store has it; what one import brought was received when that began. `subject` is whom it is about."""
        packed = record.other_hashes or b""
        others = {packed[start : start + DIGEST] for start in range(0, len(packed), DIGEST)}
        is_of_this_import = record.received_at == started_at
        times = (record.outside_updated_at, record.outside_version)
        return cls(record.hash, *times, is_of_this_import, subject, others)

    def outcome_of(self, received: Received) -> str:
        """What a received record is beside this one."""
        digest = received.digest
        if digest == self.hash or digest in self.others:
            return UNCHANGED
        newer = is_newer(received, self.updated_at, self.version)
        if newer is None and self.is_about_another(received):
            return REJECTED
        if newer is None and self.is_of_this_import:
            return DUPLICATE
        return OLDER if newer is False else CHANGED

    def is_about_another(self, received: Received) -> bool:
        """Whether both name a patient, and not the same: a record moves only when its source says it is newer."""
        subject = subject_of(received.resource)
        return None not in (subject, self.subject) and subject != self.subject


def is_newer(received: Received, updated_at: dt.datetime | None, version: str | None) -> bool | None:
    """Whether a record is newer than a known one, by the source's own times, else by its numbered versions; None
    when neither says."""
    if received.updated_at is not None and updated_at is not None and received.updated_at != updated_at:
        return received.updated_at > updated_at
    numbers = (received.version or "", version or "")
    if all(number.isascii() and number.isdigit() and len(number) < 19 for number in numbers):
        return None if int(numbers[0]) == int(numbers[1]) else int(numbers[0]) > int(numbers[1])
    return None


@dataclass
class Sorted:
    """A batch, judged: what is to be applied, each with its outcome, and the hashes to remember of what is not."""

    applied: dict[Key, tuple[Received, str]] = field(default_factory=dict)
    others: dict[Key, set[bytes]] = field(default_factory=dict)


def known_subjects(
    session: Session, known: Mapping[Key, SourceRecord], batch: Sequence[Received]
) -> dict[Key, str | None]:
    """Whom the known records are about that the batch has another content for; only these are opened."""
    keys = {(each.resource_type, each.outside_id): each.digest for each in batch}
    other = {known[key].id: key for key, digest in keys.items() if key in known and known[key].hash != digest}
    if not other:
        return {}
    columns = select(SourceRecord.id, SourceRecord.uid, SourceRecord.raw_sealed)
    rows = session.execute(columns.where(SourceRecord.id.in_(other)))
    return {other[number]: subject_of(orjson.loads(opened_content(raw, uid))) for number, uid, raw in rows}


def sort_out(
    batch: Sequence[Received],
    known: Mapping[Key, SourceRecord],
    subjects: Mapping[Key, str | None],
    started_at: dt.datetime,
    tally: Tally,
) -> Sorted:
    """Judge each resource against the store and against those before it in the batch; count what is not applied."""
    result = Sorted()
    standings = {key: Standing.of_record(record, started_at, subjects.get(key)) for key, record in known.items()}
    for each in batch:
        key = (each.resource_type, each.outside_id)
        standing = standings.get(key)
        outcome = NEW if standing is None else standing.outcome_of(each)
        if standing is not None and outcome == DUPLICATE:
            standing.others.add(each.digest)
            result.others[key] = standing.others
        if outcome == REJECTED:
            problem = Problem(each.resource_type, N_("has the id of a record of another patient, and is not newer"))
            tally.reject(Rejection(each.place, each.resource_type, each.outside_id, (problem,)))
            continue
        if outcome not in (NEW, CHANGED):
            tally.counts[each.resource_type, outcome] += 1
            continue
        if key in result.applied:
            # a newer one in the same batch: the one before it never gets in
            tally.counts[each.resource_type, OLDER] += 1
            outcome = result.applied[key][1]
        result.applied[key] = (each, outcome)
        result.others.pop(key, None)
        standings[key] = Standing(each.digest, each.updated_at, each.version, True, subject_of(each.resource))
    return result


def remember_others(session: Session, known: Mapping[Key, SourceRecord], result: Sorted) -> None:
    """Keep the hashes of duplicates of records that are not written themselves."""
    rows = [
        {"id": known[key].id, "other_hashes": b"".join(sorted(others))}
        for key, others in result.others.items()
        if key in known and key not in result.applied
    ]
    update_many(session, SourceRecord, rows)
