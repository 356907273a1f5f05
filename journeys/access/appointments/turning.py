"""Finds an appointment to change and turns it to another status: the part that all these verbs share."""

from __future__ import annotations

import datetime as dt
import uuid
import zoneinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.access.appointments.telling import tell
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Missing, Problem, Stale
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.foundation.words import N_
from journeys.store.access import APPOINTMENT_MOVES, Appointment
from journeys.store.organisation import Location
from journeys.store.scheduling import Schedule

NOT_OURS = N_("This appointment is kept in another system, which sent it. Change it there.")
NOT_FROM_HERE = N_("This cannot be said of the appointment as it stands")


def appointment_to_change(
    session: Session, uid: uuid.UUID, row_version: int | None = None, *, of_any: bool = False
) -> Appointment:
    """The appointment, locked, its patient's lane first. Missing when there is none in this scope, Stale when somebody
    changed it since, Invalid where a source keeps it (unless `of_any`)."""
    patient_id = session.scalar(select(Appointment.patient_id).where(Appointment.uid == uid))
    if patient_id is None:
        raise Missing(N_("There is no such appointment here"))
    lock_lanes(session, [lane_of(patient_id)])
    chosen = select(Appointment).where(Appointment.uid == uid).with_for_update()
    found = session.scalars(chosen.execution_options(populate_existing=True)).one()
    if row_version is not None and found.row_version != row_version:
        raise Stale(N_("Somebody else changed this appointment first"))
    if found.source_record_id is not None and not of_any:
        raise Invalid([Problem("", NOT_OURS)])
    return found


def turn(session: Session, act: Act, appointment: Appointment, status: str) -> None:
    """Give it another status, and tell. Invalid where that may not follow."""
    if status not in APPOINTMENT_MOVES[appointment.status]:
        raise Invalid([Problem("status", NOT_FROM_HERE)])
    appointment.status = status
    appointment.status_at = act.now
    appointment.row_version += 1
    session.flush()
    tell(session, act, appointment)


def local_day(session: Session, appointment: Appointment, moment: dt.datetime) -> dt.date:
    """Which day a moment is where the appointment takes place."""
    zone = None
    if appointment.schedule_id is not None:
        zone = session.get_one(Schedule, appointment.schedule_id).zone
    elif appointment.location_id is not None:
        zone = session.get_one(Location, appointment.location_id).time_zone
    return moment.astimezone(zoneinfo.ZoneInfo(zone or "UTC")).date()
