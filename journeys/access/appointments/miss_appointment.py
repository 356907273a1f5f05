"""The patient did not come."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from journeys.access.appointments.turning import appointment_to_change, turn
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.access import Appointment


def miss_appointment(session: Session, act: Act, uid: uuid.UUID, row_version: int | None = None) -> Appointment:
    """Return it, a no-show. Invalid before it begins: until then they may still come."""
    found = appointment_to_change(session, uid, row_version)
    if found.start_at is None or found.start_at > act.now:
        raise Invalid([Problem("status", N_("The appointment is still to come"))])
    turn(session, act, found, "noshow")
    return found
