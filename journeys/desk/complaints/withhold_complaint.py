"""It may be clinical harm after all: the complaint becomes the quality role's, and nobody else sees it."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from journeys.desk.complaints.finding import not_over, too_long
from journeys.desk.complaints.policy import policy_in_force
from journeys.desk.complaints.withholding import unseen, withhold
from journeys.foundation.acting import Act
from journeys.foundation.errors import Stale, refuse_errors


def withhold_complaint(
    session: Session, act: Act, uid: uuid.UUID, note: str = "", row_version: int | None = None
) -> None:
    """Hand it to them; there is no way back but theirs. Stale where it is theirs already."""
    refuse_errors(too_long(note, "note"))
    row = not_over(session, uid, row_version)
    if row.withheld:
        raise Stale("This complaint is the quality role's already")
    with unseen(session, act):
        withhold(session, act, row, policy_in_force(session), note)
