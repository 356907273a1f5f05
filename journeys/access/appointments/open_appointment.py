"""Opens one appointment: everything that its page shows, in one audited read."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.access.appointments.lateness import is_late_cancellation
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.foundation.words import N_
from journeys.store.access import Appointment, AppointmentHistory
from journeys.store.organisation import Location, Practitioner
from journeys.store.people import Patient
from journeys.store.scheduling import AppointmentType, Schedule


@dataclass(frozen=True)
class AppointmentPage:
    """The appointment, whose it is, where, with whom, what it has been through (the last first), and whether it was
    called off too late."""

    appointment: Appointment
    patient: Patient
    kind: AppointmentType | None
    schedule: Schedule | None
    practitioner: Practitioner | None
    location: Location | None
    history: Sequence[AppointmentHistory]
    is_late: bool


def open_appointment(session: Session, act: Act, uid: uuid.UUID) -> AppointmentPage:
    """The page of an appointment; Missing when there is none in this scope."""
    found = session.execute(select(Appointment, is_late_cancellation()).where(Appointment.uid == uid)).one_or_none()
    if found is None:
        raise Missing(N_("There is no such appointment here"))
    appointment, is_late = found
    told = select(AppointmentHistory).where(AppointmentHistory.appointment_id == appointment.id)
    page = AppointmentPage(
        appointment=appointment,
        patient=session.get_one(Patient, appointment.patient_id),
        kind=None if appointment.type_id is None else session.get(AppointmentType, appointment.type_id),
        schedule=None if appointment.schedule_id is None else session.get(Schedule, appointment.schedule_id),
        practitioner=(
            None if appointment.practitioner_id is None else session.get(Practitioner, appointment.practitioner_id)
        ),
        location=None if appointment.location_id is None else session.get(Location, appointment.location_id),
        history=session.scalars(told.order_by(AppointmentHistory.id.desc())).all(),
        is_late=bool(is_late),
    )
    audit.note(session, "R", "appointment", [appointment.id], [appointment.patient_id])
    return page
