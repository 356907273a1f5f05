"""Tells that an appointment has changed: to whoever waits for it, and to the audit. The same event as a source's."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.store.access import Appointment
from journeys.store.events import emit

APPOINTMENT = str(Appointment.__tablename__)


def tell(session: Session, act: Act, appointment: Appointment, action: str = "U", **detail: Any) -> None:
    """Emit the event, whose outcome is the status, and note the change."""
    told = {
        "patient_id": appointment.patient_id,
        "subject_kind": APPOINTMENT,
        "subject_id": appointment.id,
        "code_system": appointment.code_system,
        "code": appointment.code,
        "outcome": appointment.status,
    }
    emit(session, act, "appointment.changed", [told])
    said = {"status": appointment.status, **detail}
    audit.note(session, action, APPOINTMENT, [appointment.id], [appointment.patient_id], said)
    ring_after_commit(session, "advance")
