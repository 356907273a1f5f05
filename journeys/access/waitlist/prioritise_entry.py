"""Staff say how urgent it is that somebody who waits is seen."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from journeys.access.waitlist.entries import entry_to_change
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.waitlist import PRIORITIES, WaitlistEntry


def prioritise_entry(
    session: Session, act: Act, uid: uuid.UUID, priority: str, row_version: int | None = None
) -> WaitlistEntry:
    """Return the entry; both priorities stand in the audit. The same as before changes nothing."""
    found = entry_to_change(session, uid, row_version)
    if priority not in PRIORITIES:
        raise Invalid([Problem("priority", N_("Choose one of those that are offered"))])
    before = found.priority
    if before == priority:
        audit.nothing_happened(session)
        return found
    found.priority = priority
    session.flush()
    said = {"from": before, "to": priority}
    audit.note(session, "U", str(WaitlistEntry.__tablename__), [found.id], [found.patient_id], said)
    return found
