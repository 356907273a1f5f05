"""Puts records into the store: rows, references, lanes, source records, parts, branches, events, the audit note.

Shared by the two verbs; runs inside one act.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Problem
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.events import emit
from journeys.store.identity.holding import hold_kept
from journeys.store.identity.moving import hold_merges, kept_of
from journeys.store.importing.announcing import MERGED_INTO, announce, living
from journeys.store.importing.kept import KEPT
from journeys.store.importing.kinds import KINDS
from journeys.store.importing.kinds.base import Context, Kind, Written
from journeys.store.importing.reading import Reading
from journeys.store.importing.received import Received, Rejection
from journeys.store.importing.recording import NEW, Incoming, Tally, give_record_ids, write_records
from journeys.store.importing.references import aliases_of
from journeys.store.importing.resolving import resolve
from journeys.store.importing.writing import core, insert_many, new_ids, sealed, sealed_row, update_many
from journeys.store.people import Patient
from journeys.store.sources import KeptRecord, SourceRecord

JOIN_BRANCHES = """
INSERT INTO patient_location (patient_id, location_id, since)
SELECT DISTINCT seen.patient_id, seen.location_id, CAST(:now AS timestamptz)
FROM {table} AS seen JOIN location ON location.id = seen.location_id AND location.slug IS NOT NULL
WHERE seen.id = ANY(CAST(:ids AS bigint[]))
ON CONFLICT DO NOTHING
"""
JOIN_BRANCH = text(
    "INSERT INTO patient_location (patient_id, location_id, since)"
    " SELECT newcomer, :branch, CAST(:now AS timestamptz) FROM unnest(CAST(:ids AS bigint[])) AS newcomer"
    " ON CONFLICT DO NOTHING"
)
ORDER = attrgetter("kind.order", "kind.name")


@dataclass(frozen=True)
class Landing:
    """Where an import lands: its source, the branch that new patients join, the region whose phone habits hold.

    `started_at` is when the import began; its records are kept as received then, which tells them from those of
    another import.
    """

    source_id: int
    branch_id: int
    started_at: dt.datetime
    region: str = "US"


def read_rows(received: Received, incoming: Incoming, context: Context) -> Rejection | None:
    """Choose the kind and read the row; a Rejection when the resource is malformed."""
    reading = Reading(received.resource, received.resource_type)
    kind = KINDS.get(received.resource_type)
    incoming.kind = kind if kind is not None and kind.takes(reading) else KEPT
    incoming.row = incoming.kind.read(reading, context)
    if reading.problems:
        return Rejection(received.place, received.resource_type, received.outside_id, once(reading.problems))
    incoming.aliases = tuple(
        aliases_of(received.resource, received.resource_type, received.outside_id, received.full_url)
    )
    return None


def once(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Each problem once, in order: a part that is read twice complains twice."""
    return tuple({(problem.where, problem.says): problem for problem in problems}.values())


def apply(session: Session, act: Act, landing: Landing, incoming: list[Incoming]) -> None:
    """Write these records and everything that follows from them."""
    context = Context(act.now, landing.region)
    incoming.sort(key=ORDER)
    give_record_ids(session, incoming)
    for kind, some in by_kind(incoming):
        give_row_ids(session, kind, some)
    resolve(session, landing.source_id, incoming)
    patients = {patient_id for each in incoming for patient_id in patients_of(each)}
    kept = kept_of(session, patients)
    lock_lanes(session, {lane_of(patient_id) for patient_id in (*patients, *kept.values())})
    alive = living(session, incoming)
    for kind, some in by_kind(incoming):
        write_kind(session, context, landing, kind, some)
    died = follow_merges(session, incoming, kept_of(session, patients))
    announce(session, act, incoming, alive)
    rows = [{"patient_id": each, "subject_kind": "patient", "subject_id": each} for each in died]
    if rows:
        emit(session, act, "patient.deceased", rows)


def follow_merges(session: Session, incoming: Sequence[Incoming], kept: dict[int, int]) -> list[int]:
    """What came for a record that people here merged is the kept one's, and so is what happens because of it. The kept
    records of which nobody knew until now that the person died."""
    hold_merges(session, kept)
    died = hold_kept(session, {each.row_id for each in incoming if each.kind.table is Patient and each.row})
    for each in incoming:
        if each.kind.table is not Patient and each.patient_id is not None:
            each.patient_id = kept.get(each.patient_id, each.patient_id)
    return died


def patients_of(incoming: Incoming) -> Iterator[int]:
    """Whose lanes a record needs: its patient's, and those of the record that this one is merged into."""
    if incoming.patient_id is not None:
        yield incoming.patient_id
    kept = None if incoming.row is None else incoming.row.values.get(MERGED_INTO)
    if kept is not None:
        yield kept


def by_kind(incoming: Sequence[Incoming]) -> Iterator[tuple[Kind, list[Incoming]]]:
    """The records of each kind, in the order of writing."""
    for _, some in groupby(incoming, key=ORDER):
        listed = list(some)
        yield listed[0].kind, listed


def give_row_ids(session: Session, kind: Kind, incoming: Sequence[Incoming]) -> None:
    """The ids of rows that exist, and ids for those that will."""
    table: Any = kind.table
    known = [each.record_id for each in incoming if each.state != NEW]
    existing: dict[int, Any] = {}
    if known:
        columns = select(table.source_record_id, table.id, table.uid)
        rows = session.execute(columns.where(table.source_record_id.in_(known)))
        existing = {row.source_record_id: row for row in rows}
    fresh = [each for each in incoming if each.record_id not in existing]
    for each in incoming:
        row = existing.get(each.record_id)
        if row is not None:
            each.row_id, each.row_uid, each.row_is_new = row.id, row.uid, False
    for each, number in zip(fresh, new_ids(session, kind.table, len(fresh)), strict=True):
        each.row_id = number


def write_kind(session: Session, context: Context, landing: Landing, kind: Kind, incoming: Sequence[Incoming]) -> None:
    """Write the records of one kind, their rows and what hangs on the rows."""
    is_patient = kind.table is Patient
    own = {each.record_id: each.patient_id for each in incoming}
    if is_patient:
        # the two tables refer to each other: first the record without its patient, then the patient, then the link
        for each in incoming:
            each.patient_id = None
    write_records(session, landing.source_id, landing.started_at, incoming)
    with_row = [each for each in incoming if each.row is not None]
    write_rows(session, context, landing, kind, with_row)
    if is_patient:
        for each in incoming:
            each.patient_id = own[each.record_id]
        update_many(session, SourceRecord, [{"id": each.record_id, "patient_id": each.patient_id} for each in incoming])
        join_branch(session, context, landing, [each.row_id for each in with_row if each.row_is_new])
    join_visited_branches(session, context, kind, [each.row_id for each in with_row])
    kind.write_parts(session, context, [written(each) for each in with_row])
    if kind.is_kept_beside:
        keep_beside(session, context, with_row)


def write_rows(session: Session, context: Context, landing: Landing, kind: Kind, incoming: Sequence[Incoming]) -> None:
    """Insert the new rows of one kind and update the known ones."""
    if kind.replaced_when_changed:
        replace_rows(session, kind, incoming)
    if kind.table is not KeptRecord:
        promote(session, incoming)
    fresh = [as_new(each, context, landing) for each in incoming if each.row_is_new]
    known = [each for each in incoming if not each.row_is_new]
    if known:
        kind.before_change(session, context, [written(each) for each in known])
    changed = [as_changed(each) for each in known]
    insert_many(session, kind.table, fresh, or_leave=kind.replaced_when_changed)
    update_many(session, kind.table, changed)


def as_new(incoming: Incoming, context: Context, landing: Landing) -> dict[str, Any]:
    """The columns of a row that did not exist."""
    table = incoming.kind.table
    columns = core(table).c
    row = {
        "id": incoming.row_id,
        "uid": incoming.row_uid,
        "source_record_id": incoming.record_id,
        **incoming.given.values,
        **sealed(table, incoming.row_uid, incoming.given.secrets),
    }
    if "recorded_at" in columns:
        row["recorded_at"] = context.now
    if table is Patient:
        row["managing_location_id"] = landing.branch_id
    return row


def as_changed(incoming: Incoming) -> dict[str, Any]:
    """The columns of a row that existed; the kind says what it leaves alone."""
    incoming.kind.on_change(incoming.given)
    secrets = sealed(incoming.kind.table, incoming.row_uid, incoming.given.secrets)
    return {"id": incoming.row_id, **incoming.given.values, **secrets}


def replace_rows(session: Session, kind: Kind, incoming: Sequence[Incoming]) -> None:
    """Take away the rows that are about to be written anew."""
    known = [each.row_id for each in incoming if not each.row_is_new]
    if known:
        session.execute(core(kind.table).delete().where(core(kind.table).c.id.in_(known)))
    for each in incoming:
        each.row_is_new = True


def promote(session: Session, incoming: Sequence[Incoming]) -> None:
    """A record that was kept whole and now has a table of its own leaves the kept ones."""
    known = [each.record_id for each in incoming if each.state != NEW]
    if known:
        kept = core(KeptRecord)
        session.execute(kept.delete().where(kept.c.source_record_id.in_(known)))


def keep_beside(session: Session, context: Context, incoming: Sequence[Incoming]) -> None:
    """Keep records whole that have a row of another table, where rules find them; the timeline shows that row."""
    rows = []
    for each in incoming:
        kept = KEPT.read(Reading(each.received.resource, each.received.resource_type), context)
        if kept is not None:
            mine = {"patient_id": each.patient_id, "source_record_id": each.record_id, "is_beside": True}
            rows.append(sealed_row(KeptRecord, {}, **{**kept.values, **mine}))
    insert_many(session, KeptRecord, rows)


def join_branch(session: Session, context: Context, landing: Landing, patients: Sequence[int]) -> None:
    """New patients join the branch that the import names."""
    if patients:
        session.execute(JOIN_BRANCH, {"branch": landing.branch_id, "now": context.now, "ids": list(patients)})


def join_visited_branches(session: Session, context: Context, kind: Kind, rows: Sequence[int]) -> None:
    """Patients join every branch where they have an encounter or appointment."""
    table = core(kind.table)
    if rows and {"location_id", "patient_id"} <= set(table.c.keys()):
        statement = text(JOIN_BRANCHES.format(table=table.name))
        session.execute(statement, {"now": context.now, "ids": list(rows)})


def written(incoming: Incoming) -> Written:
    """A row as its kind sees it when it writes the parts."""
    return Written(incoming.row_id, incoming.row_uid, incoming.patient_id, incoming.row_is_new, incoming.given)


def note(session: Session, incoming: Sequence[Incoming], tally: Tally) -> None:
    """The audit row of a batch: which records, whose, how many of what. A batch that changed nothing leaves none."""
    if not incoming:
        audit.nothing_happened(session)
        return
    counts = Counter(f"{resource_type} {outcome}" for resource_type, outcome in tally.counts.elements())
    patients = sorted({each.patient_id for each in incoming if each.patient_id is not None})
    action = "C" if any(each.state == NEW for each in incoming) else "U"
    audit.note(session, action, "source_record", [each.record_id for each in incoming], patients, dict(counts))
