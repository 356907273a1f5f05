"""The patient is not content after all: the same case goes on."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from journeys.desk.complaints.ending import go_on
from journeys.desk.complaints.finding import the_complaint, too_long
from journeys.foundation.acting import Act
from journeys.foundation.errors import Stale, refuse_errors
from journeys.store.complaints import OPEN, Complaint

BY_STAFF = "told-staff"


def reopen_complaint(
    session: Session, act: Act, uid: uuid.UUID, note: str = "", row_version: int | None = None
) -> Complaint:
    """Open it again; Stale where it is open."""
    refuse_errors(too_long(note, "note"))
    row = the_complaint(session, uid, row_version)
    if row.status == OPEN:
        raise Stale("This complaint is open")
    go_on(session, act, row, BY_STAFF, note)
    return row
