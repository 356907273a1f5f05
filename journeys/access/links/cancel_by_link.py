"""A patient calls an appointment off by the link in a message."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.access.appointments.cancel_appointment import cancel_appointment
from journeys.access.appointments.turning import NOT_FROM_HERE, NOT_OURS
from journeys.access.links.visit_link import visit_of
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.store.access import Appointment

BY_LINK = "pat-cpp"


def cancel_by_link(session: Session, act: Act, token: str, row_version: int | None = None) -> Appointment:
    """Call it off; twice changes nothing. Invalid where it has begun or another system keeps it, Stale where somebody
    changed it since the patient looked, Missing for letters that are no link of ours."""
    visit = visit_of(session, act, token)
    if visit.row.status == "cancelled":
        audit.nothing_happened(session)
        return visit.row
    if not visit.is_ours:
        raise Invalid([Problem("", NOT_OURS)])
    if not visit.is_ahead:
        raise Invalid([Problem("status", NOT_FROM_HERE)])
    return cancel_appointment(session, act, visit.row.uid, BY_LINK, row_version)
