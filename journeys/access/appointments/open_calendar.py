"""What a branch has on some days: its schedules, what is free, held or blocked in them, and who comes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.foundation.words import N_
from journeys.store.access import Appointment
from journeys.store.organisation import Location
from journeys.store.people import Patient
from journeys.store.scheduling import Schedule, Slot

MOST = 2_000
LEFT_OUT = ("entered-in-error", "waitlist", "proposed")


@dataclass(frozen=True)
class Calendar:
    """Everything in the order of time. Slots on which an appointment lies that is not shown are those of patients whom
    the reader does not see. `is_cut` says that there is more than fits."""

    schedules: Sequence[Schedule]
    slots: Sequence[Slot]
    visits: Sequence[tuple[Appointment, Patient]]
    is_cut: bool = False


def open_calendar(session: Session, act: Act, location_id: int, from_at: dt.datetime, until: dt.datetime) -> Calendar:
    """The calendar of a branch; Missing for a branch of others. Three statements, and one line in the audit."""
    is_mine = act.scope.locations is None or location_id in act.scope.locations
    if not is_mine or session.get(Location, location_id) is None:
        raise Missing(N_("There is no such branch here"))
    schedules = session.scalars(
        select(Schedule).where(Schedule.location_id == location_id).order_by(Schedule.slug)
    ).all()
    slots = (
        select(Slot)
        .join(Schedule, Schedule.id == Slot.schedule_id)
        .where(Schedule.location_id == location_id, Slot.start_at >= from_at, Slot.start_at < until)
        .order_by(Slot.start_at, Slot.id)
        .limit(MOST + 1)
    )
    visits = (
        select(Appointment, Patient)
        .join(Patient, Patient.id == Appointment.patient_id)
        .where(
            or_(Appointment.location_id == location_id, Appointment.schedule_id.in_([each.id for each in schedules])),
            Appointment.start_at >= from_at,
            Appointment.start_at < until,
            Appointment.status.not_in(LEFT_OUT),
        )
        .order_by(Appointment.start_at, Appointment.id)
        .limit(MOST + 1)
    )
    found = [(visit, patient) for visit, patient in session.execute(visits)]
    times = session.scalars(slots).all()
    is_cut = max(len(found), len(times)) > MOST
    found, times = found[:MOST], times[:MOST]
    ids, patients = [visit.id for visit, _ in found], [patient.id for _, patient in found]
    audit.note(session, "R", "appointment", ids, patients, {"branch": location_id})
    return Calendar(schedules, times, found, is_cut)
