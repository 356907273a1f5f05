"""Applies one message that is kept: what it says goes into the store, or a person is told why it does not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.secrets import unseal_bytes
from journeys.store.connections import FHIR_R4, Connection, InterfaceEffect, InterfaceMessage
from journeys.store.importing.applying import Landing
from journeys.store.importing.import_batch import import_batch
from journeys.store.importing.received import Received
from journeys.store.importing.recording import Tally
from journeys.sync.fhir.telling import Told, tell_entry
from journeys.sync.habits import character_set_of, habits_of, region_of
from journeys.sync.hl7.mapping.tell import tell
from journeys.sync.hl7.reading import read_message
from journeys.sync.own_appointments import without_own_appointments
from journeys.sync.patching import Sent, records_said


def apply_message(session: Session, act: Act, number: int) -> str | None:
    """The status that it has afterwards; None when there was nothing to apply."""
    row = session.get(InterfaceMessage, number, with_for_update=True)
    if row is None or row.status != "waiting":
        audit.nothing_happened(session)
        return None
    connection = session.get_one(Connection, row.connection_id)
    raw = unseal_bytes(row.raw_sealed, InterfaceMessage.__tablename__, "raw", row.uid)
    if connection.kind == FHIR_R4:
        told = tell_entry(session, connection.source_id, raw, row.id, row.received_at)
    else:
        told = tell_hl7(session, row, connection, raw)
    records = told.records
    landing = Landing(connection.source_id, connection.location_id, act.now, region_of(connection))
    tally = import_batch(session, act, landing, records) if records else Tally()
    note_effects(session, row, connection.source_id, records, tally)
    row.findings = [*row.findings, *told.findings]
    row.problems = told.problems + problems_of(tally)
    row.status = "set-aside" if row.problems else "applied"
    row.applied_at = None if row.problems else act.now
    audit.note(session, "U", InterfaceMessage.__tablename__, [number], detail={"status": row.status})
    return row.status


def tell_hl7(session: Session, row: InterfaceMessage, connection: Connection, raw: bytes) -> Told:
    """What an HL7 v2 message says, laid over what is known."""
    habits = habits_of(connection)
    told = tell(read_message(raw, character_set_of(connection)), habits)
    sent = Sent(row.counts_from, row.id)
    statements = list(told.telling.statements.values())
    others, own = without_own_appointments(session, connection, statements, row.received_at)
    records = records_said(session, connection.source_id, others, sent, habits)
    findings = [{"code": each.code, "where": each.where} for each in told.telling.findings]
    return Told(records, [{"says": says} for says in told.problems] + own.problems, findings + own.findings)


def note_effects(
    session: Session, row: InterfaceMessage, source_id: int, records: Sequence[Received], tally: Tally
) -> None:
    """Write down what was said of which record, and what became of it."""
    rejected = {(each.resource_type, each.outside_id) for each in tally.rejections}
    rows = [
        {
            "message_id": row.id,
            "source_id": source_id,
            "resource_type": each.resource_type,
            "outside_id": each.outside_id,
            "outcome": "rejected" if (each.resource_type, each.outside_id) in rejected else "told",
        }
        for each in records
    ]
    if rows:
        session.execute(insert(InterfaceEffect), rows)


def problems_of(tally: Tally) -> list[dict[str, Any]]:
    """Why records were not taken: the place within the resource, and what is wrong with it."""
    return [
        {"where": problem.where, "says": problem.says, "data": dict(problem.data)}
        for rejection in tally.rejections
        for problem in rejection.problems
    ]
