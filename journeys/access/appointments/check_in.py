"""The patient has come, and the front desk has taken them in."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from journeys.access.appointments.turning import appointment_to_change, local_day, turn
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.access import Appointment


def check_in(session: Session, act: Act, uid: uuid.UUID, row_version: int | None = None) -> Appointment:
    """Return it, checked in. Invalid on another day than its own, where it takes place."""
    found = appointment_to_change(session, uid, row_version)
    if found.start_at is None or local_day(session, found, found.start_at) != local_day(session, found, act.now):
        raise Invalid([Problem("status", N_("The appointment is not today"))])
    turn(session, act, found, "checked-in")
    return found
