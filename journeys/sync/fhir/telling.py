"""What a kept entry says, as the import takes it: a record, or that one was deleted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.words import N_
from journeys.store.importing.received import Received, read_entry
from journeys.store.importing.recording import opened_content
from journeys.store.importing.safe_json import UnsafeJson, parse
from journeys.store.sources import SourceRecord
from journeys.sync.fhir.pages import Found, found_in

IN_ERROR = "entered-in-error"
BY_STATUS = frozenset(
    {
        *("Appointment", "CarePlan", "DiagnosticReport", "DocumentReference", "Encounter", "Immunization"),
        *("MedicationRequest", "Observation", "Procedure", "ServiceRequest", "Task"),
    }
)
"""Types whose status can say that a record was never true."""

BY_VERIFICATION = frozenset({"AllergyIntolerance", "Condition"})


@dataclass
class Told:
    """The records of a message, what a person has to look at, and what was tolerated."""

    records: list[Received] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)


def tell_entry(session: Session, source_id: int, raw: bytes, number: int, came_at: dt.datetime) -> Told:
    """What an entry says. One that cannot be read says why."""
    try:
        entry, _ = parse(raw)
    except UnsafeJson as error:
        return Told(problems=[{"says": error.says}])
    found = found_in(raw)
    if found is not None and found.is_deleted:
        return withdrawn(session, source_id, found, came_at)
    told = Told()
    for each in read_entry(f"message {number}", entry):
        if isinstance(each, Received):
            told.records.append(each)
        else:
            told.problems += [{"where": one.where, "says": one.says, "data": dict(one.data)} for one in each.problems]
    return told


def withdrawn(session: Session, source_id: int, found: Found, came_at: dt.datetime) -> Told:
    """A record that its system deleted is one that was entered in error; what cannot be that waits for a person. One
    that nobody here knows is no loss."""
    same = (
        SourceRecord.source_id == source_id,
        SourceRecord.resource_type == found.resource_type,
        SourceRecord.outside_id == found.outside_id,
    )
    row = session.scalar(select(SourceRecord).where(*same))
    if row is None:
        return Told()
    resource = orjson.loads(opened_content(row.raw_sealed, row.uid))
    if found.resource_type in BY_STATUS:
        changed = {**resource, "status": IN_ERROR}
    elif found.resource_type in BY_VERIFICATION:
        changed = {**resource, "verificationStatus": {"coding": [{"code": IN_ERROR}]}}
    else:
        return Told(problems=[{"says": N_("says that a record was deleted that is not taken away by itself")}])
    when = found.updated_at or came_at
    meta = {**(resource.get("meta") or {}), "lastUpdated": when.isoformat()}
    if found.version:
        meta["versionId"] = found.version
    changed["meta"] = meta
    data = orjson.dumps(changed)
    named = (found.resource_type, found.outside_id)
    return Told([Received(found.named, changed, data, *named, version=found.version or None, updated_at=when)])
