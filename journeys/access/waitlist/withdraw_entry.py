"""Staff take a patient off the waitlist."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.access.waitlist.ending import end_offers
from journeys.access.waitlist.entries import entry_to_change
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.waitlist import (
    DECLINED,
    OFFERED,
    WITHDRAWN,
    WITHDRAWN_REASONS,
    Backfill,
    WaitlistEntry,
    WaitlistOffer,
)


def withdraw_entry(
    session: Session, act: Act, uid: uuid.UUID, why: str, row_version: int | None = None
) -> WaitlistEntry:
    """Return the entry, ended for a reason (a code). An offer that is under way ends with it: nobody who does not wait
    holds a time."""
    found = entry_to_change(session, uid, row_version)
    if why not in WITHDRAWN_REASONS:
        raise Invalid([Problem("why", N_("Choose one of those that are offered"))])
    under_way = (WaitlistOffer.entry_id == found.id, WaitlistOffer.status == OFFERED)
    asking = select(WaitlistOffer.backfill_id).where(*under_way)
    session.execute(select(Backfill.id).where(Backfill.id.in_(asking)).order_by(Backfill.id).with_for_update())
    end_offers(session, act, under_way, DECLINED)
    found.status, found.why = WITHDRAWN, why
    found.ended_at, found.ended_by = act.now, act.by
    session.flush()
    audit.note(session, "U", str(WaitlistEntry.__tablename__), [found.id], [found.patient_id], {"withdrawn": why})
    return found
