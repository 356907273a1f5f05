"""Finds one result to change, with its patient's lane held, as somebody read it; and tells what became of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing, Stale
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.clinical import REPORTED, DiagnosticReport
from journeys.store.events import emit

SUBJECT = DiagnosticReport.__tablename__


def result_as_read(session: Session, uid: uuid.UUID, version: str) -> DiagnosticReport:
    """The result, locked. Missing when there is none in this scope; Stale when it is no longer the one that was read,
    because a correction came, or nothing that anybody acknowledges."""
    patient_id = session.scalar(select(DiagnosticReport.patient_id).where(DiagnosticReport.uid == uid))
    if patient_id is None:
        raise Missing("There is no such result")
    lock_lanes(session, [lane_of(patient_id)])
    chosen = select(DiagnosticReport).where(DiagnosticReport.uid == uid).with_for_update()
    result = session.scalars(chosen.execution_options(populate_existing=True)).one()
    if version_of(result) != version:
        raise Stale("Another version of this result has arrived")
    if result.status not in REPORTED:
        raise Stale("This result is not final, or was withdrawn")
    return result


def version_of(result: DiagnosticReport) -> str:
    """What tells this version of a result from the one before and the one after."""
    parts = (result.status, stamp(result.received_at), stamp(result.issued_at), digest_of(result))
    return "~".join(parts)


def digest_of(result: DiagnosticReport) -> str:
    """A short hash of what is shown of a result, which tells contents apart that came at the same moment."""
    shown = (
        result.code_system,
        result.code,
        result.display,
        result.severity,
        stamp(result.effective_at),
        result.conclusion,
    )
    return hashlib.sha256(repr((result.uid, *shown)).encode()).hexdigest()[:24]


def stamp(moment: dt.datetime | None) -> str:
    """A moment as text."""
    return "" if moment is None else moment.astimezone(dt.UTC).isoformat()


def tell(session: Session, act: Act, result: DiagnosticReport, kind: str, outcome: str | None = None) -> None:
    """Emit one event about a result and note the change."""
    session.flush()
    happened = {
        "patient_id": result.patient_id,
        "subject_kind": SUBJECT,
        "subject_id": result.id,
        "code_system": result.code_system,
        "code": result.code,
        "outcome": outcome,
    }
    emit(session, act, kind, [happened])
    audit.note(session, "U", SUBJECT, [result.id], [result.patient_id], {"what": kind})
