"""Somebody takes back what they said by mistake of an appointment."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from journeys.access.appointments.taking import never_twice
from journeys.access.appointments.turning import NOT_FROM_HERE, appointment_to_change, turn
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.store.access import Appointment

BEFORE = {"arrived": "booked", "checked-in": "booked", "noshow": "booked", "fulfilled": "checked-in"}
"""State → what it was before. What was called off is booked anew: its time may be somebody else's."""


def take_back(session: Session, act: Act, uid: uuid.UUID, row_version: int | None = None) -> Appointment:
    """Return it as it was before. Invalid where nothing leads back, or the time of a no-show is taken by now."""
    found = appointment_to_change(session, uid, row_version)
    if found.status not in BEFORE:
        raise Invalid([Problem("status", NOT_FROM_HERE)])
    with never_twice(session):
        turn(session, act, found, BEFORE[found.status])
    return found
