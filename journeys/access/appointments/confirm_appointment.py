"""A patient says that they will come."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from journeys.access.appointments.telling import tell
from journeys.access.appointments.turning import NOT_FROM_HERE, appointment_to_change
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.store.access import AHEAD, Appointment


def confirm_appointment(session: Session, act: Act, uid: uuid.UUID, row_version: int | None = None) -> Appointment:
    """Keep when they said so; twice changes nothing. Of those that a source keeps too: what patients answer us is
    ours to know."""
    found = appointment_to_change(session, uid, row_version, of_any=True)
    if found.status not in AHEAD or found.start_at is None or found.start_at <= act.now:
        raise Invalid([Problem("status", NOT_FROM_HERE)])
    if found.confirmed_at is not None:
        audit.nothing_happened(session)
        return found
    found.confirmed_at = act.now
    found.row_version += 1
    session.flush()
    tell(session, act, found, confirmed=True)
    return found
