"""Somebody moves an appointment to another free time; it stays the same appointment."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from journeys.access.appointments.book_appointment import put, refuse_elsewhere
from journeys.access.appointments.taking import Asked, never_twice, take
from journeys.access.appointments.telling import tell
from journeys.access.appointments.turning import NOT_FROM_HERE, appointment_to_change
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.store.access import AHEAD, Appointment


def move_appointment(
    session: Session, act: Act, uid: uuid.UUID, asked: Asked, row_version: int | None = None
) -> Appointment:
    """Return it at its new time; the old one is free at once, and what the patient had confirmed is asked anew.

    Its own slots do not stand in its way, so it can move by less than it lasts.
    """
    found = appointment_to_change(session, uid, row_version)
    if found.status not in AHEAD:
        raise Invalid([Problem("status", NOT_FROM_HERE)])
    asked = Asked(asked.slot, asked.type, asked.hold, found.id, asked.for_patients)
    place = take(session, act, asked)
    refuse_elsewhere(session, found.patient_id, place, but=found.id)
    with never_twice(session):
        put(found, place)
        found.confirmed_at = None
        found.status_at = act.now
        found.row_version += 1
    tell(session, act, found, moved=True)
    return found
