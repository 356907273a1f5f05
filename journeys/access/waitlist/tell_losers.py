"""Tells those whose time somebody else has: at once, and only who was asked. They go on waiting where they stood."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from journeys.access.waitlist.ending import QUIET
from journeys.access.waitlist.texts import OFFER, TAKEN_TEXT, left, write
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.waitlist import LOST, WaitlistOffer

BATCH = 200


def tell_losers(session: Session, act: Act, limit: int = BATCH) -> int:
    """Plan the message for each who does not know yet; how many were looked at. Whose question never left the house is
    told nothing."""
    untold = (WaitlistOffer.status == LOST, WaitlistOffer.told_at.is_(None))
    few = select(WaitlistOffer.id, WaitlistOffer.patient_id).where(*untold).order_by(WaitlistOffer.id).limit(limit)
    rows = session.execute(few).all()
    lock_lanes(session, [lane_of(row.patient_id) for row in rows])
    told = (
        update(WaitlistOffer)
        .where(WaitlistOffer.id.in_([row.id for row in rows]), *untold)
        .values(told_at=act.now)
        .returning(WaitlistOffer.id, WaitlistOffer.patient_id, left(WaitlistOffer.uid).label("left"))
    )
    found = session.execute(told.execution_options(**QUIET)).all() if rows else []
    if not found:
        audit.nothing_happened(session)
        return 0
    for row in sorted(found, key=lambda each: each.id):
        if row.left:
            write(session, act, TAKEN_TEXT, row.patient_id, (OFFER, row.id))
    audit.note(session, "U", OFFER, [row.id for row in found], [row.patient_id for row in found])
    return len(found)
