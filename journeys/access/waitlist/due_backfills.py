"""Says which stretches are to be looked at now, and whether there is anything to do at all."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from journeys.access.waitlist.ending import HOLDER
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.contact import Message
from journeys.store.scheduling import Slot
from journeys.store.waitlist import LOST, OFFERED, OPEN, Backfill, FreedSlot, WaitlistOffer

MOST = 200
NOT_SENT = ("held", "undeliverable", "not-done")


def due_backfills(session: Session, act: Act) -> list[int]:
    """Their ids, what begins first going first."""
    audit.nothing_happened(session)
    due = select(Backfill.id).where(Backfill.status == OPEN, or_(Backfill.next_at <= act.now, is_not_asking(act.now)))
    return list(session.scalars(due.order_by(Backfill.start_at, Backfill.id).limit(MOST)))


def is_not_asking(now: dt.datetime) -> ColumnElement[bool]:
    """SQL: whether a question of a stretch could not be sent, or waits for a lawful hour: its offer ends, or lasts from
    then."""
    waits = and_(Message.status == "planned", Message.not_before > now, Message.not_before > WaitlistOffer.offered_at)
    return (
        select(WaitlistOffer.id)
        .join(Message, Message.uid == WaitlistOffer.uid)
        .where(WaitlistOffer.backfill_id == Backfill.id, WaitlistOffer.status == OFFERED)
        .where(or_(Message.status.in_(NOT_SENT), waits))
        .correlate(Backfill)
        .exists()
    )


def has_work(now: dt.datetime) -> ColumnElement[bool]:
    """SQL: whether the job has anything to do; partial indexes answer each part."""
    ran_out = (Slot.hold.is_not(None), Slot.held_until <= now, Slot.held_by != HOLDER, Slot.start_at > now)
    is_nobodys = (Slot.appointment_id.is_(None), Slot.block_id.is_(None))
    return or_(
        select(FreedSlot.schedule_id).exists(),
        select(Backfill.id).where(Backfill.next_at <= now).exists(),
        select(Backfill.id).where(Backfill.status == OPEN, is_not_asking(now)).exists(),
        select(WaitlistOffer.id).where(WaitlistOffer.status == LOST, WaitlistOffer.told_at.is_(None)).exists(),
        select(Slot.id).where(*ran_out, *is_nobodys).exists(),
    )
