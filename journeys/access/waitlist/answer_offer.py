"""Somebody who was offered a freed time says yes or no. The first valid yes has it, by one conditional write."""

from __future__ import annotations

import uuid

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from journeys.access.appointments.book_appointment import Booking, book_appointment
from journeys.access.appointments.move_appointment import move_appointment
from journeys.access.appointments.taking import Asked
from journeys.access.waitlist.ending import BACKFILL, QUIET, end_offers, release
from journeys.access.waitlist.plans import plan_of
from journeys.access.waitlist.texts import BOOKED_TEXT, OFFER, TAKEN_TEXT, write
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Forbidden, Invalid, Missing
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.access import Appointment
from journeys.store.people import Patient
from journeys.store.scheduling import AppointmentType, Slot
from journeys.store.waitlist import (
    ACCEPTED,
    BOOKED,
    DECLINED,
    EXPIRED,
    FILLED,
    LOST,
    OFFERED,
    OPEN,
    WAITING,
    Backfill,
    WaitlistEntry,
    WaitlistOffer,
)


def answer_offer(session: Session, act: Act, uid: uuid.UUID, is_yes: bool) -> str:
    """What has become of the offer: `accepted`, `declined`, or, where the time is another's or the answer came too
    late, `lost` or `expired`. A second answer changes nothing. Missing without the offer."""
    patient_id = session.scalar(select(WaitlistOffer.patient_id).where(WaitlistOffer.uid == uid))
    if patient_id is None:
        raise Missing("There is no such offer")
    lock_lanes(session, [lane_of(patient_id)])
    if not is_yes:
        return decline(session, act, uid)
    try:
        with session.begin_nested():
            won = take_it(session, act, uid)
    except (Invalid, Missing, Forbidden):
        won = False  # the time, the patient or the visit is no longer what it was: nothing of it is written
    if won:
        return ACCEPTED
    return too_late(session, act, uid)


def offer_now(session: Session, uid: uuid.UUID) -> WaitlistOffer:
    """The offer as it is now."""
    chosen = select(WaitlistOffer).where(WaitlistOffer.uid == uid)
    return session.scalars(chosen.execution_options(populate_existing=True)).one()


def lock_stretch(session: Session, offer: WaitlistOffer) -> None:
    """Lock the row of the stretch, which whoever ends offers holds first."""
    session.execute(select(Backfill.id).where(Backfill.id == offer.backfill_id).with_for_update())


def take_it(session: Session, act: Act, uid: uuid.UUID) -> bool:
    """Take the time for the patient, if it is theirs to take; whether it was. Of many who come at once the row of the
    stretch lets one through."""
    offer = offer_now(session, uid)
    entry = session.get_one(WaitlistEntry, offer.entry_id)
    kind, plan = session.get_one(AppointmentType, entry.type_id), plan_of(session, entry.type_id)
    is_valid = select(WaitlistOffer.id).where(
        WaitlistOffer.uid == uid, WaitlistOffer.status == OFFERED, WaitlistOffer.expires_at > act.now
    )
    is_waiting = select(WaitlistEntry.id).where(WaitlistEntry.id == entry.id, WaitlistEntry.status == WAITING)
    taken = (
        update(Backfill)
        .where(Backfill.id == offer.backfill_id, Backfill.status == OPEN, is_valid.exists(), is_waiting.exists())
        .values(
            status=FILLED,
            ended_at=act.now,
            next_at=None,
            minutes=kind.minutes,
            price=plan.price,
            currency=plan.currency,
        )
        .returning(Backfill.id)
    )
    if session.scalar(taken.execution_options(**QUIET)) is None:
        return False
    backfill = session.get_one(Backfill, offer.backfill_id, populate_existing=True)
    visit = put_there(session, act, entry, kind, backfill)
    end(session, act, offer, entry, visit, backfill)
    return True


def put_there(
    session: Session, act: Act, entry: WaitlistEntry, kind: AppointmentType, backfill: Backfill
) -> Appointment:
    """Book the time; where they have a visit that was to come earlier, move that: its old time comes free."""
    of_it = (Slot.schedule_id == backfill.schedule_id, Slot.start_at == backfill.start_at)
    slot = session.scalar(select(Slot.uid).where(*of_it))
    if slot is None:
        raise Missing("The slot was laid out anew")
    asked = Asked(slot, kind.slug, hold=backfill.hold)
    if entry.appointment_id is not None:
        return move_appointment(session, act, session.get_one(Appointment, entry.appointment_id).uid, asked)
    patient = session.get_one(Patient, entry.patient_id)
    return book_appointment(session, act, Booking(patient.uid), asked)


def end(
    session: Session, act: Act, offer: WaitlistOffer, entry: WaitlistEntry, visit: Appointment, backfill: Backfill
) -> None:
    """The entry is over, this offer is accepted, every other one is lost; what is left of the time is offered anew."""
    entry.status, entry.booked_id = BOOKED, visit.id
    entry.ended_at, entry.ended_by = act.now, act.by
    offer.status, offer.ended_at = ACCEPTED, act.now
    session.flush()
    end_offers(session, act, [WaitlistOffer.backfill_id == backfill.id], LOST)
    release(session, backfill, offer_again=True)
    write(session, act, BOOKED_TEXT, visit.patient_id, ("appointment", visit.id))
    ring_after_commit(session, BACKFILL)
    said = {"status": ACCEPTED, "backfill": backfill.id}
    audit.note(session, "U", OFFER, [offer.id], [offer.patient_id], said)


def decline(session: Session, act: Act, uid: uuid.UUID) -> str:
    """Write the no down; the next is asked at once."""
    offer = offer_now(session, uid)
    lock_stretch(session, offer)
    if not end_offers(session, act, [WaitlistOffer.id == offer.id], DECLINED):
        audit.nothing_happened(session)
        return offer_now(session, uid).status
    audit.note(session, "U", OFFER, [offer.id], [offer.patient_id], {"status": DECLINED})
    return DECLINED


def too_late(session: Session, act: Act, uid: uuid.UUID) -> str:
    """Say that the time is not theirs, once, and end an offer that was still standing; they go on waiting."""
    lock_stretch(session, offer_now(session, uid))
    offer = offer_now(session, uid)
    if offer.status == OFFERED:
        status = EXPIRED if offer.expires_at <= act.now else LOST
        end_offers(session, act, [WaitlistOffer.id == offer.id], status)
        offer = offer_now(session, uid)
    if offer.status in (ACCEPTED, DECLINED) or offer.told_at is not None:
        audit.nothing_happened(session)
        return offer.status
    offer.told_at = act.now
    session.flush()
    write(session, act, TAKEN_TEXT, offer.patient_id, (OFFER, offer.id))
    audit.note(session, "U", OFFER, [offer.id], [offer.patient_id], {"status": offer.status})
    return offer.status
