"""Somebody calls an appointment off; its time is free at once."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from journeys.access.appointments.turning import appointment_to_change, turn
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.access import Appointment

REASONS = {
    "pat": N_("The patient asked for it"),
    "pat-cpp": N_("The patient called it off by a link"),
    "pat-fb": N_("The patient feels better"),
    "pat-lt": N_("The patient has no way to come"),
    "pat-mv": N_("The patient has moved away"),
    "pat-dec": N_("The patient has died"),
    "pat-uwo": N_("The patient goes to somebody else"),
    "prov": N_("We cannot keep it"),
    "prov-pers": N_("The practitioner is absent"),
    "maint": N_("A device is out of order"),
    "meds-inc": N_("The preparation is not complete"),
    "oth-fin": N_("The costs are not covered"),
    "oth-err": N_("It was booked by mistake"),
    "other": N_("Another reason"),
}
"""Codes of FHIR's reasons (appointment-cancellation-reason), the ones that a clinic needs."""


def cancel_appointment(
    session: Session, act: Act, uid: uuid.UUID, reason: str, row_version: int | None = None
) -> Appointment:
    """Return it, cancelled, with the reason's code. Whether that was late follows from the type (`lateness`)."""
    found = appointment_to_change(session, uid, row_version)
    if reason not in REASONS:
        raise Invalid([Problem("reason", N_("Choose one of those that are offered"))])
    found.cancelled_at = act.now
    found.cancellation_reason = reason
    turn(session, act, found, "cancelled")
    return found
