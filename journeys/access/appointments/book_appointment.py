"""Somebody books a free time for a patient."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.access.appointments.taking import Asked, Place, never_twice, take
from journeys.access.appointments.telling import tell
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Missing, Problem
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.foundation.words import N_
from journeys.store.access import TAKES_PLACE, Appointment
from journeys.store.people import Patient
from journeys.store.referrals import Referral

LONGEST_COMMENT = 1_000
ELSEWHERE = N_("The patient has another appointment at this time")


@dataclass(frozen=True)
class Booking:
    """What is booked for whom; `comment` is for whoever sees the patient, `referral` what it comes from."""

    patient: uuid.UUID
    comment: str | None = None
    referral: uuid.UUID | None = None


def book_appointment(session: Session, act: Act, booking: Booking, asked: Asked) -> Appointment:
    """Return the appointment, booked. Of many who book one time at once, one gets it and the others Invalid."""
    patient = patient_to_book(session, booking.patient)
    if booking.comment and len(booking.comment) > LONGEST_COMMENT:
        raise Invalid([Problem("comment", N_("At most %(most)s characters"), {"most": LONGEST_COMMENT})])
    referral_id = referral_of(session, patient, booking.referral)
    place = take(session, act, asked)
    refuse_elsewhere(session, patient.id, place)
    made = Appointment(patient_id=patient.id, status="booked", booked_at=act.now, status_at=act.now)
    made.referral_id, made.comment = referral_id, booking.comment or None
    made.recorded_at = act.now
    put(made, place)
    with never_twice(session):
        session.add(made)
    tell(session, act, made, "C")
    return made


def patient_to_book(session: Session, uid: uuid.UUID) -> Patient:
    """The patient, with the lane held. Missing when there is none in this scope, Invalid of somebody who has died or
    whose record was merged."""
    patient = session.scalar(select(Patient).where(Patient.uid == uid))
    if patient is None:
        raise Missing(N_("There is no such patient here"))
    lock_lanes(session, [lane_of(patient.id)])
    if patient.deceased:
        raise Invalid([Problem("patient", N_("The patient has died"))])
    if patient.merged_into_id is not None:
        raise Invalid([Problem("patient", N_("This record was merged into another one. Book with that one."))])
    return patient


def referral_of(session: Session, patient: Patient, uid: uuid.UUID | None) -> int | None:
    """The id of the referral that the appointment comes from; Missing where it is another patient's."""
    if uid is None:
        return None
    found = session.scalar(select(Referral.id).where(Referral.uid == uid, Referral.patient_id == patient.id))
    if found is None:
        raise Missing(N_("There is no such referral here"))
    return found


def refuse_elsewhere(session: Session, patient_id: int, place: Place, but: int | None = None) -> None:
    """Invalid where the patient has to be somewhere else then."""
    other = select(Appointment.id).where(
        Appointment.patient_id == patient_id,
        Appointment.id.is_distinct_from(but),
        Appointment.status.in_(TAKES_PLACE),
        Appointment.start_at < place.end_at,
        Appointment.start_at > place.start_at - dt.timedelta(days=1),
        Appointment.end_at > place.start_at,
    )
    if session.scalar(other.limit(1)) is not None:
        raise Invalid([Problem("slot", ELSEWHERE)])


def put(appointment: Appointment, place: Place) -> None:
    """Write the place into the appointment."""
    schedule, kind = place.schedule, place.kind
    appointment.start_at, appointment.end_at = place.start_at, place.end_at
    appointment.schedule_id, appointment.type_id = schedule.id, kind.id
    appointment.practitioner_id, appointment.resource_id = schedule.practitioner_id, schedule.resource_id
    appointment.location_id, appointment.department_id = schedule.location_id, schedule.department_id
    appointment.service_line_id = kind.service_line_id
    appointment.code_system, appointment.code = None, kind.slug
    appointment.display = kind.name.get("en") or next(iter(kind.name.values()))
