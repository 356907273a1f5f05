"""Ends offers and stretches: the part that all who end them share. The row of the backfill is locked before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.access.waitlist.texts import take_back
from journeys.foundation.acting import Act, ring_after_commit
from journeys.store.scheduling import Slot
from journeys.store.waitlist import DECLINED, OFFERED, UNSENT, Backfill, FreedSlot, WaitlistEntry, WaitlistOffer

BACKFILL = "backfill"
"""The job that finds somebody for times that came free."""

HOLDER = "waitlist"
"""Who holds a time while somebody is asked; the database writes down no freed slot when this hold ends."""

QUIET = {"synchronize_session": False}


def end_offers(session: Session, act: Act, which: Sequence[ColumnElement[bool]], status: str) -> list[int]:
    """End offers that are under way, take their questions back, and have their stretches looked at; the ids of the
    entries."""
    ended = (
        update(WaitlistOffer)
        .where(WaitlistOffer.status == OFFERED, *which)
        .values(status=status, ended_at=act.now)
        .returning(WaitlistOffer.uid, WaitlistOffer.entry_id, WaitlistOffer.backfill_id)
    )
    rows = session.execute(ended.execution_options(**QUIET)).all()
    if not rows:
        return []
    take_back(session, act, [row.uid for row in rows])
    entries = [row.entry_id for row in rows]
    count(session, entries, status)
    backfills = {row.backfill_id for row in rows}
    again = update(Backfill).where(Backfill.id.in_(backfills), Backfill.next_at.is_not(None)).values(next_at=act.now)
    session.execute(again.execution_options(**QUIET))
    ring_after_commit(session, BACKFILL)
    return entries


def count(session: Session, entries: Sequence[int], status: str) -> None:
    """Count a refusal; and that nobody was asked whom nobody could write to."""
    values: dict[str, dict[str, Any]] = {
        DECLINED: {"refused": WaitlistEntry.refused + 1},
        UNSENT: {"asked": func.greatest(WaitlistEntry.asked - 1, 0)},
    }
    if status in values:
        theirs = update(WaitlistEntry).where(WaitlistEntry.id.in_(entries)).values(**values[status])
        session.execute(theirs.execution_options(**QUIET))


def release(session: Session, backfill: Backfill, *, offer_again: bool) -> None:
    """Hold its slots no longer. With `offer_again` those that are free are written down as freed: the rest of a stretch
    of which a part is taken."""
    mine = (Slot.hold == backfill.hold, Slot.appointment_id.is_(None))
    if offer_again:
        rest = select(Slot.schedule_id, Slot.start_at, literal(backfill.was)).where(
            Slot.schedule_id == backfill.schedule_id,
            Slot.start_at >= backfill.start_at,
            Slot.start_at < backfill.end_at,
            Slot.block_id.is_(None),
            *mine,
        )
        kept = insert(FreedSlot).from_select(["schedule_id", "start_at", "was"], rest).on_conflict_do_nothing()
        session.execute(kept)
    freed = update(Slot).where(*mine).values(hold=None, held_until=None, held_by=None)
    session.execute(freed.execution_options(**QUIET))


def close(session: Session, act: Act, backfill: Backfill, status: str) -> None:
    """End a stretch that nobody got by an offer."""
    backfill.status, backfill.ended_at, backfill.next_at = status, act.now, None
    session.flush()
