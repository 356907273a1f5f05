"""Results that wait for somebody: to be acknowledged, or to be told to the patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, and_, case, select
from sqlalchemy.orm import Session

from journeys.care.results.finding import SUBJECT
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.clinical import REPORTED, DiagnosticReport
from journeys.store.people import Patient

Waits = Literal["acknowledge", "inform"]
MOST = 200


@dataclass(frozen=True)
class Pending:
    """The first of them, what is critical before what is abnormal, the oldest first, each with its patient."""

    results: Sequence[tuple[DiagnosticReport, Patient]]
    has_more: bool


def pending_results(session: Session, act: Act, waits: Waits = "acknowledge", limit: int = MOST) -> Pending:
    """What waits in the act's branches; the list that was shown is noted for the audit."""
    worst = case({"critical": 0, "abnormal": 1}, value=DiagnosticReport.severity, else_=2)
    chosen = (
        select(DiagnosticReport, Patient)
        .join(Patient, Patient.id == DiagnosticReport.patient_id)
        .where(is_pending(waits))
        .order_by(worst, DiagnosticReport.received_at, DiagnosticReport.id)
        .limit(limit + 1)
    )
    found = [(result, patient) for result, patient in session.execute(chosen)]
    shown = found[:limit]
    audit.note(session, "R", SUBJECT, [result.id for result, _ in shown], [patient.id for _, patient in shown])
    return Pending(shown, len(found) > limit)


def is_pending(waits: Waits) -> ColumnElement[bool]:
    """SQL: whether a result waits for this."""
    of_house = and_(DiagnosticReport.needs_review, DiagnosticReport.status.in_(REPORTED))
    if waits == "acknowledge":
        return and_(of_house, DiagnosticReport.informed_at.is_(None), DiagnosticReport.acknowledged_at.is_(None))
    acknowledged = and_(DiagnosticReport.acknowledged_at.is_not(None), DiagnosticReport.informed_at.is_(None))
    return and_(of_house, acknowledged, ~Patient.deceased)
