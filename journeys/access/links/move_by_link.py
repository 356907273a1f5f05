"""A patient moves an appointment to another free time by the link in a message."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.access.appointments.move_appointment import move_appointment
from journeys.access.appointments.taking import Asked
from journeys.access.appointments.turning import NOT_FROM_HERE
from journeys.access.links.visit_link import visit_of
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Missing, Problem
from journeys.foundation.words import N_
from journeys.store.access import Appointment
from journeys.store.scheduling import Schedule, Slot


def move_by_link(session: Session, act: Act, token: str, slot: uuid.UUID, row_version: int | None) -> Appointment:
    """Return it at its new time, where the slot already is its own unchanged. Invalid where somebody else has the time
    or patients may not move it, Stale where it was changed since they looked, Missing for letters that are no link of
    ours and for times of other branches."""
    visit = visit_of(session, act, token)
    row = visit.row
    if not visit.may_move or visit.kind is None:
        raise Invalid([Problem("status", NOT_FROM_HERE)])
    wanted = session.scalar(
        select(Slot).join(Schedule).where(Slot.uid == slot, Schedule.location_id == row.location_id)
    )
    if wanted is None:
        raise Missing(N_("There is no such time here"))
    if wanted.appointment_id == row.id and wanted.start_at == row.start_at:
        audit.nothing_happened(session)
        return row
    return move_appointment(session, act, row.uid, Asked(slot, visit.kind.slug, for_patients=True), row_version)
