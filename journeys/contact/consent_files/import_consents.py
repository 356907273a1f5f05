"""Writes down the statements of a table of consents that are new; a second import of the same file changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from journeys.contact.consent_files.judging import NEW, Judged, counts_of, judged_lines, patients_of
from journeys.contact.consent_files.reading import Line
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.contact import Consent
from journeys.store.events import emit

KINDS = {"permit": "consent.given", "deny": "consent.withdrawn"}


def import_consents(session: Session, act: Act, lines: Sequence[Line]) -> Mapping[str, int]:
    """How many lines were new, known and refused. Each statement begins on its own day, so one that is older than what
    was said since changes nothing that holds, and tells nobody."""
    people = patients_of(session, {line.patient for line in lines if line.patient})
    lock_lanes(session, {lane_of(each.id) for found in people.values() for each in found})
    judged = judged_lines(session, act.now, lines)
    new = [each for each in judged if each.fate == NEW]
    rows = [consent_of(each, act) for each in new]
    session.add_all(rows)
    session.flush()
    tell(session, act, zip(new, rows, strict=True))
    counts = counts_of(judged)
    audit.note(session, "C", "consent", [row.id for row in rows], [row.patient_id for row in rows], dict(counts))
    return counts


def consent_of(found: Judged, act: Act) -> Consent:
    """The statement of one line."""
    line = found.line
    return Consent(
        patient_id=found.patient.id if found.patient is not None else None,
        decision=line.decision,
        purpose=line.purpose,
        channel=line.channel,
        from_at=found.from_at,
        until_at=found.until_at,
        source=line.source,
        wording=line.wording,
        language=line.language,
        evidence=line.evidence,
        recorded_at=act.now,
        recorded_by=act.by,
    )


def tell(session: Session, act: Act, written: Iterable[tuple[Judged, Consent]]) -> None:
    """Say it to whoever waits, of what holds now."""
    happened: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS.values()}
    for found, row in written:
        has_ended = row.until_at is not None and row.until_at <= act.now
        if not found.is_overruled and not has_ended:
            event = {"subject_kind": "consent", "subject_id": row.id, "code": row.purpose, "outcome": row.channel}
            happened[KINDS[row.decision]].append({"patient_id": row.patient_id, **event})
    for kind, events in happened.items():
        emit(session, act, kind, events)
