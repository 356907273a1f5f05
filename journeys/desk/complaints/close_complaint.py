"""The patient told a person that it is settled, or takes the complaint back."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from journeys.desk.complaints.ending import end
from journeys.desk.complaints.finding import not_over, too_long
from journeys.foundation.acting import Act
from journeys.foundation.errors import Problem, refuse_errors
from journeys.foundation.words import N_
from journeys.store.complaints import CONFIRMED, WITHDRAWN, Complaint


def close_complaint(
    session: Session, act: Act, uid: uuid.UUID, outcome: str, note: str = "", row_version: int | None = None
) -> Complaint:
    """Close it by the patient's word. Invalid where nothing was settled that they could confirm; nobody but time says
    that a patient was silent."""
    row = not_over(session, uid, row_version)
    problems = too_long(note, "note")
    if outcome not in (CONFIRMED, WITHDRAWN):
        problems.append(Problem("outcome", N_("Say what the patient said")))
    elif outcome == CONFIRMED and row.settled_at is None:
        problems.append(Problem("outcome", N_("Write down first why it happened and how it was put right")))
    refuse_errors(problems)
    end(session, act, row, outcome, note)
    return row
