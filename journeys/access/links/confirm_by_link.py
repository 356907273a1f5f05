"""A patient says by the link in a message that they will come."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.access.appointments.confirm_appointment import confirm_appointment
from journeys.access.links.visit_link import visit_of
from journeys.foundation.acting import Act
from journeys.store.access import Appointment


def confirm_by_link(session: Session, act: Act, token: str, row_version: int | None = None) -> Appointment:
    """Keep when they said so; twice changes nothing. Stale where it was moved since they looked, Invalid where nothing
    can be confirmed any more, Missing for letters that are no link of ours."""
    visit = visit_of(session, act, token)
    version = None if visit.row.confirmed_at is not None else row_version
    return confirm_appointment(session, act, visit.row.uid, version)
