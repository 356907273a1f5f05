"""Opens one result with what it says, in one audited read."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.care.results.finding import SUBJECT
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.foundation.words import N_
from journeys.store.clinical import DiagnosticReport
from journeys.store.people import Patient


def open_result(session: Session, act: Act, uid: uuid.UUID) -> tuple[DiagnosticReport, Patient]:
    """The result and its patient. Missing when there is none of this uid in the act's scope."""
    found = session.execute(
        select(DiagnosticReport, Patient)
        .join(Patient, Patient.id == DiagnosticReport.patient_id)
        .where(DiagnosticReport.uid == uid)
    ).one_or_none()
    if found is None:
        raise Missing(N_("There is no such result here"))
    result, patient = found
    audit.note(session, "R", SUBJECT, [result.id], [patient.id])
    return result, patient
