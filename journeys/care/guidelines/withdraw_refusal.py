"""What was refused shall be done after all."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.care.guidelines.in_force import guideline_in_force
from journeys.care.guidelines.refusing import look_again, patient_here
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Stale
from journeys.store.due import DueRefusal


def withdraw_refusal(session: Session, act: Act, patient: uuid.UUID, slug: str) -> int:
    """Take back every refusal of a guideline that holds for a patient; how many. Stale when none does any more."""
    found = patient_here(session, patient)
    guideline = guideline_in_force(session, slug)
    rows = select(DueRefusal).where(DueRefusal.patient_id == found.id, DueRefusal.guideline_id == guideline.id)
    holding = session.scalars(rows.where(DueRefusal.withdrawn_at.is_(None)).order_by(DueRefusal.id)).all()
    if not holding:
        raise Stale("Nothing is refused any more")
    for each in holding:
        each.withdrawn_at = max(act.now, each.refused_at)
        each.withdrawn_by = act.by
    session.flush()
    audit.note(session, "U", "due_refusal", [each.id for each in holding], [found.id], {"what": "withdrawn"})
    look_again(session, act, guideline, found)
    return len(holding)
