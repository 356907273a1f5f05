"""Looks at one stretch of freed time: ends offers that ran out, asks who is next, or tells the front desk.

All of it is one transaction, so whoever is killed in the midst leaves things as they were, and the next look does it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, or_, select, update
from sqlalchemy.orm import Session

from journeys.access.appointments.taking import locked
from journeys.access.schedules.free import is_free_now
from journeys.access.waitlist.due_backfills import NOT_SENT
from journeys.access.waitlist.ending import HOLDER, QUIET, close, end_offers, release
from journeys.access.waitlist.plans import Plan, plan_of
from journeys.access.waitlist.ranking import Stretch, ranking
from journeys.access.waitlist.texts import OFFER, OFFER_TEXT, is_said, write
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.contact import Message
from journeys.store.scheduling import Schedule, Slot
from journeys.store.waitlist import (
    DESK,
    EXPIRED,
    LOST,
    OFFERED,
    OPEN,
    TAKEN,
    UNSENT,
    Backfill,
    WaitlistEntry,
    WaitlistOffer,
)

MOST = 20
"""How many are asked by one look, at most."""

MOST_UNSENT = 20
"""After so many whom nobody could write to, the front desk calls."""


def look_at(session: Session, act: Act, backfill_id: int) -> None:
    """Do what is to be done for the stretch now; nothing where it is over, or somebody else just did."""
    stretch = stretch_of(session, backfill_id)
    next_few = session.execute(ranking(stretch, act.now).limit(MOST)).all()
    lock_lanes(session, [lane_of(row.patient_id) for row in next_few])
    chosen = select(Backfill).where(Backfill.id == backfill_id).with_for_update()
    backfill = session.scalars(chosen.execution_options(populate_existing=True)).one()
    if backfill.status != OPEN:
        audit.nothing_happened(session)
        return
    slots = locked(session, stretch.schedule, stretch.start_at, stretch.end_at)
    if not is_ours(slots, stretch, backfill, act):
        give_up(session, act, backfill, slots)
        return
    end_what_is_over(session, act, backfill)
    ask_next(session, act, backfill, stretch, slots, [row.entry_id for row in next_few])
    audit.note(session, "U", str(Backfill.__tablename__), [backfill.id], detail={"status": backfill.status})


def stretch_of(session: Session, backfill_id: int) -> Stretch:
    """The stretch as it is looked at."""
    backfill = session.get_one(Backfill, backfill_id)
    schedule = session.get_one(Schedule, backfill.schedule_id)
    return Stretch(backfill.id, schedule, backfill.start_at, backfill.end_at)


def is_ours(slots: Sequence[Slot], stretch: Stretch, backfill: Backfill, act: Act) -> bool:
    """Whether the whole stretch can be offered: nothing lies on it, and nobody but its offers holds it."""
    if stretch.start_at <= act.now:
        return False
    mine = [slot for slot in slots if slot.schedule_id == stretch.schedule.id]
    room = sum((slot.end_at - slot.start_at for slot in mine), dt.timedelta())
    needed = [slot for slot in slots if slot in mine or slot.block_id is None]
    return room == stretch.end_at - stretch.start_at and all(
        is_free_now(slot, act.now) or (slot.hold == backfill.hold and slot.appointment_id is None) for slot in needed
    )


def give_up(session: Session, act: Act, backfill: Backfill, slots: Sequence[Slot]) -> None:
    """The time went another way, as a whole or in part: who was asked is told, and what is left is offered anew."""
    end_offers(session, act, [WaitlistOffer.backfill_id == backfill.id], LOST)
    release(session, backfill, offer_again=True)
    close(session, act, backfill, TAKEN)
    audit.note(session, "U", str(Backfill.__tablename__), [backfill.id], detail={"status": TAKEN, "slots": len(slots)})


def end_what_is_over(session: Session, act: Act, backfill: Backfill) -> None:
    """Offers that ran out; before them those that could not be sent. One that waits for a lawful hour lasts from
    then."""
    of_it = WaitlistOffer.backfill_id == backfill.id
    waits = and_(Message.status == "planned", Message.not_before > act.now)
    asked = select(Message.id).where(Message.uid == WaitlistOffer.uid)
    lasting = WaitlistOffer.expires_at - WaitlistOffer.offered_at
    later = (
        update(WaitlistOffer)
        .where(of_it, WaitlistOffer.status == OFFERED, Message.uid == WaitlistOffer.uid, waits)
        .where(Message.not_before > WaitlistOffer.offered_at, Message.not_before + lasting <= Message.useful_until)
        .values(offered_at=Message.not_before, expires_at=Message.not_before + lasting)
    )
    session.execute(later.execution_options(**QUIET))
    cannot = or_(Message.status.in_(NOT_SENT), and_(waits, Message.not_before >= WaitlistOffer.expires_at))
    end_offers(session, act, [of_it, asked.where(cannot).exists()], UNSENT)
    end_offers(session, act, [of_it, WaitlistOffer.expires_at <= act.now], EXPIRED)


def ask_next(
    session: Session, act: Act, backfill: Backfill, stretch: Stretch, slots: Sequence[Slot], few: Sequence[int]
) -> None:
    """Ask as many of the next `few` as there is room for; with nobody left the front desk is told."""
    states = offers_of(session, backfill)
    under_way = [each for each in states if each.status == OFFERED]
    unsent = sum(1 for each in states if each.status == UNSENT)
    rows: Sequence[Any] = ()
    if is_said(session) and unsent < MOST_UNSENT:
        # what was read before the lanes were held may have changed since
        rows = session.execute(ranking(stretch, act.now).where(WaitlistEntry.id.in_(few)).limit(MOST)).all()
    if rows:
        plan = plan_of(session, rows[0].type_id)
        lasting, at_once = terms(plan, stretch, act.now)
        for row in rows[: max(at_once - len(under_way), 0)]:
            under_way.append(ask(session, act, stretch, row, lasting))
    if not under_way:
        release(session, backfill, offer_again=False)
        close(session, act, backfill, DESK)
        return
    hold_until(session, slots, backfill, max(each.expires_at for each in under_way))
    backfill.next_at = min(each.expires_at for each in under_way)
    session.flush()


def offers_of(session: Session, backfill: Backfill) -> list[WaitlistOffer]:
    """The offers of the stretch as they are now."""
    of_it: Select[Any] = select(WaitlistOffer).where(WaitlistOffer.backfill_id == backfill.id)
    return list(session.scalars(of_it.order_by(WaitlistOffer.id).execution_options(populate_existing=True)))


def terms(plan: Plan, stretch: Stretch, now: dt.datetime) -> tuple[dt.timedelta, int]:
    """How long an offer lasts, and how many are asked at once. No offer outlives the last moment for one."""
    is_soon = stretch.start_at - now < dt.timedelta(hours=plan.soon_hours)
    minutes, at_once = (plan.soon_minutes, plan.soon_at_once) if is_soon else (plan.minutes, plan.at_once)
    last = stretch.start_at - dt.timedelta(minutes=plan.until_minutes)
    return min(dt.timedelta(minutes=minutes), last - now), at_once


def ask(session: Session, act: Act, stretch: Stretch, row: Any, lasting: dt.timedelta) -> WaitlistOffer:
    """Make one offer, and the message that asks: useful until the last moment at which it could be answered."""
    offer = WaitlistOffer(
        backfill_id=stretch.backfill_id,
        entry_id=row.entry_id,
        patient_id=row.patient_id,
        offered_at=act.now,
        expires_at=act.now + lasting,
    )
    session.add(offer)
    session.flush()
    last = stretch.start_at - dt.timedelta(minutes=plan_of(session, row.type_id).until_minutes)
    write(session, act, OFFER_TEXT, row.patient_id, (OFFER, offer.id), uid=offer.uid, useful_until=last)
    asked = update(WaitlistEntry).where(WaitlistEntry.id == row.entry_id)
    session.execute(asked.values(asked=WaitlistEntry.asked + 1, last_asked_at=act.now).execution_options(**QUIET))
    audit.note(session, "C", OFFER, [offer.id], [row.patient_id], {"backfill": stretch.backfill_id})
    return offer


def hold_until(session: Session, slots: Sequence[Slot], backfill: Backfill, until: dt.datetime) -> None:
    """Hold the time for those who were asked, of whatever schedule."""
    held = [slot.id for slot in slots if slot.block_id is None]
    later = update(Slot).where(Slot.id.in_(held))
    values = {"hold": backfill.hold, "held_until": until, "held_by": HOLDER}
    session.execute(later.values(**values).execution_options(**QUIET))
