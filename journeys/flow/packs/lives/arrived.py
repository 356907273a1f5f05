"""What another system sends in a life that names something else it sends: its records are kept with their links."""

from __future__ import annotations

import datetime as dt
import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.ids import new_uid
from journeys.store import Observation
from journeys.store.clinical import DiagnosticReport
from journeys.store.events import emit
from journeys.store.importing.findings import worsen_reports_of
from journeys.store.sources import Source, SourceLink, SourceRecord


def add_finding(session: Session, act: Act, patient: int, interpretation: str) -> None:
    """A finding of the newest report comes after it, and the report is as serious as the finding."""
    mine = select(DiagnosticReport).where(DiagnosticReport.patient_id == patient)
    report = session.scalars(mine.order_by(DiagnosticReport.id.desc()).limit(1)).one()
    source = source_called(session, "laboratory")
    finding = arrived(session, source, "Observation", patient, act.now)
    if report.source_record_id is None:
        report.source_record_id = arrived(session, source, "DiagnosticReport", patient, act.now).id
    named = {"resource_type": finding.resource_type, "outside_id": finding.outside_id}
    session.add(SourceLink(source_record_id=report.source_record_id, source_id=source.id, name="result", **named))
    seen = Observation(
        patient_id=patient,
        source_record_id=finding.id,
        status="final",
        code_system=report.code_system,
        code=report.code,
        effective_at=act.now,
        interpretation=interpretation,
    )
    session.add(seen)
    session.flush()
    worsen_reports_of(session, act.now, [patient])
    session.expire(report)
    table = str(Observation.__tablename__)
    told = {"patient_id": patient, "subject_kind": table, "subject_id": seen.id, "at": act.now}
    emit(session, act, "observation.recorded", [{**told, "code_system": seen.code_system, "code": seen.code}])
    audit.note(session, "C", table, ids=[seen.id], patients=[patient])


def arrived(session: Session, source: Source, kind: str, patient: int | None, at: dt.datetime) -> SourceRecord:
    """A record as its source sent it, with an id of its own."""
    uid = new_uid()
    record = SourceRecord(
        uid=uid,
        source_id=source.id,
        resource_type=kind,
        outside_id=str(uid),
        patient_id=patient,
        received_at=at,
        hash=hashlib.sha256(uid.bytes).digest(),
        raw_sealed=b"",
    )
    session.add(record)
    session.flush()
    return record


def source_called(session: Session, slug: str) -> Source:
    """The system of that name, which is there from now on."""
    found = session.scalar(select(Source).where(Source.slug == slug))
    if found is None:
        found = Source(slug=slug, name={"en": slug})
        session.add(found)
        session.flush()
    return found
