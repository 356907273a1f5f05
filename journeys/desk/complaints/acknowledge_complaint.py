"""The patient is told that the complaint was heard."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from journeys.desk.complaints.clocks import ask_staff, go_by_next
from journeys.desk.complaints.finding import not_over, too_long, write_down
from journeys.desk.complaints.policy import policy_in_force
from journeys.desk.finding import actor
from journeys.foundation.acting import Act
from journeys.foundation.errors import Stale, refuse_errors
from journeys.store.complaints import ACKNOWLEDGED, Complaint


def acknowledge_complaint(
    session: Session, act: Act, uid: uuid.UUID, note: str = "", row_version: int | None = None
) -> Complaint:
    """Write it down; Stale where somebody did it first."""
    refuse_errors(too_long(note, "note"))
    row = not_over(session, uid, row_version)
    if row.acknowledged_at is not None:
        raise Stale("Somebody else acknowledged this complaint first")
    row.acknowledged_at, row.acknowledged_by = act.now, act.by
    row.owner = row.owner or actor(act)
    go_by_next(row)
    ask_staff(session, act, row, policy_in_force(session))
    write_down(session, act, row, ACKNOWLEDGED, note=note)
    return row
