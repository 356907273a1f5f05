"""Patients who were asked whether it is settled have said nothing for long enough."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.desk.complaints.asking import has_left
from journeys.desk.complaints.clocks import ask_staff
from journeys.desk.complaints.ending import end
from journeys.desk.complaints.finding import write_down
from journeys.desk.complaints.policy import policy_in_force
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.complaints import ASKED, NOT_ASKED, OPEN, SILENT, Complaint

MOST = 200


def end_silence(session: Session, act: Act, limit: int = MOST) -> int:
    """Close them as silent; how many were looked at. Whom the question never reached was not silent: their case is
    open again, and a person asks."""
    waits = (Complaint.status == ASKED, Complaint.asked_until <= act.now)
    due = select(Complaint.id, Complaint.patient_id).where(*waits)
    found = session.execute(due.order_by(Complaint.asked_until, Complaint.id).limit(limit)).all()
    if not found:
        audit.nothing_happened(session)
        return 0
    lock_lanes(session, sorted({lane_of(row.patient_id) for row in found}))
    still = select(Complaint).where(Complaint.id.in_([row.id for row in found]), *waits)
    still = still.order_by(Complaint.id).with_for_update().execution_options(populate_existing=True)
    policy = policy_in_force(session)
    for row in session.scalars(still).all():
        if has_left(session, row):
            end(session, act, row, SILENT)
            continue
        row.status, row.asked_until, row.asked_uid = OPEN, None, None
        ask_staff(session, act, row, policy)
        write_down(session, act, row, NOT_ASKED)
    return len(found)
