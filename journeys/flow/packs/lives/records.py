"""Writes what a life says of somebody's record as rows: what was there before the first day, and what comes later."""

from __future__ import annotations

import datetime as dt

from journeys.flow.packs.lives.facts import Coded, Measured, Order, Report, Stay, Treatment, Vaccine, Visit, moment
from journeys.foundation.tables import Base
from journeys.store import Appointment, Condition, Encounter, Immunization, Observation, Procedure
from journeys.store.clinical import DiagnosticReport
from journeys.store.referrals import Referral

Fact = Coded | Measured | Order | Report | Stay | Treatment | Vaccine | Visit

VISIT = dt.timedelta(minutes=20)


def row_of(patient: int, fact: Fact, now: dt.datetime) -> Base:
    """The row of one fact, not yet written; `now` stands for a moment that cannot be read."""
    if isinstance(fact, Coded):
        onset = dt.datetime.combine(dt.date.fromisoformat(fact.since), dt.time(), dt.UTC)
        return Condition(
            patient_id=patient, status=fact.status, code_system=fact.system, code=fact.code, onset_at=onset
        )
    at = moment(fact.at) or now
    if isinstance(fact, Visit):
        return appointment_of(patient, fact, at, now)
    if isinstance(fact, Stay):
        return encounter_of(patient, fact, at)
    if isinstance(fact, Measured):
        return observation_of(patient, fact, at)
    if isinstance(fact, Order):
        return referral_of(patient, fact, at, now)
    if isinstance(fact, Report):
        return report_of(patient, fact, at, now)
    if isinstance(fact, Vaccine):
        return Immunization(
            patient_id=patient, status=fact.status, code_system=fact.system, code=fact.code, occurrence_at=at
        )
    return Procedure(patient_id=patient, status=fact.status, code_system=fact.system, code=fact.code, performed_at=at)


def appointment_of(patient: int, visit: Visit, at: dt.datetime, now: dt.datetime) -> Appointment:
    """A visit of twenty minutes."""
    return Appointment(
        patient_id=patient,
        status=visit.status,
        code_system=visit.system,
        code=visit.code,
        start_at=at,
        end_at=at + VISIT,
        booked_at=min(at, now),
    )


def encounter_of(patient: int, stay: Stay, at: dt.datetime) -> Encounter:
    """A visit or stay that was."""
    ends = at + VISIT if stay.until is None else moment(stay.until)
    return Encounter(
        patient_id=patient,
        status=stay.status,
        class_code=stay.kind,
        code_system=stay.system if stay.code else None,
        code=stay.code,
        start_at=at,
        end_at=ends,
    )


def observation_of(patient: int, measured: Measured, at: dt.datetime) -> Observation:
    """Something measured."""
    return Observation(
        patient_id=patient,
        status="final",
        code_system=measured.system,
        code=measured.code,
        effective_at=at,
        value_number=measured.value,
        value_unit=measured.unit,
    )


def referral_of(patient: int, order: Order, at: dt.datetime, now: dt.datetime) -> Referral:
    """A referral that stands since now where its source says."""
    return Referral(
        patient_id=patient,
        status=order.status,
        priority=order.priority,
        code_system=order.system,
        code=order.code,
        display=order.service,
        source_status="active",
        ordered_at=at,
        status_at=now,
        recorded_at=now,
    )


def report_of(patient: int, report: Report, at: dt.datetime, now: dt.datetime) -> DiagnosticReport:
    """A result that somebody has to read."""
    return DiagnosticReport(
        patient_id=patient,
        status=report.status,
        severity=report.severity,
        code_system=report.system,
        code=report.code,
        effective_at=at,
        issued_at=at,
        received_at=now,
        needs_review=True,
    )


def event_of(row: Base, fact: Fact) -> tuple[str, dict[str, object]]:
    """The kind of event that an import of this row makes, and its columns."""
    table = str(row.__tablename__)
    told: dict[str, object] = {
        "patient_id": row.patient_id,  # type: ignore[attr-defined]
        "subject_kind": table,
        "subject_id": row.id,  # type: ignore[attr-defined]
        "code": fact.code,
    }
    if isinstance(fact, Visit):
        return "appointment.changed", {**told, "code_system": fact.system, "outcome": fact.status}
    if isinstance(fact, Order):
        return "referral.changed", {**told, "code_system": fact.system}
    table = table.replace("_", "-")
    happened = {} if isinstance(fact, Coded) else {"at": moment(fact.at)}
    return f"{table}.recorded", {**told, **happened, "code_system": fact.system}
