"""Somebody spoke to the patient about the complaint, in person or on the phone."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from journeys.desk.complaints.clocks import ask_staff, go_by_next
from journeys.desk.complaints.finding import not_over, too_long, write_down
from journeys.desk.complaints.policy import policy_in_force
from journeys.desk.finding import actor
from journeys.foundation.acting import Act
from journeys.foundation.errors import refuse_errors
from journeys.store.complaints import CONTACTED, Complaint


def log_contact(
    session: Session, act: Act, uid: uuid.UUID, note: str = "", row_version: int | None = None
) -> Complaint:
    """Write it down: the first time stops the clock, and acknowledges what nobody had."""
    refuse_errors(too_long(note, "note"))
    row = not_over(session, uid, row_version)
    if row.acknowledged_at is None:
        row.acknowledged_at, row.acknowledged_by = act.now, act.by
    if row.contacted_at is None:
        row.contacted_at, row.contacted_by = act.now, act.by
    row.owner = row.owner or actor(act)
    go_by_next(row)
    ask_staff(session, act, row, policy_in_force(session))
    write_down(session, act, row, CONTACTED, note=note)
    return row
