"""Somebody of the clinic makes a link by which a patient books a time: for one type, at a branch, with a schedule."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.access.appointments.book_appointment import patient_to_book
from journeys.access.schedules.finding import refuse_others
from journeys.contact.texts.booking_links import GOOD_FOR
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Missing, Problem
from journeys.foundation.words import N_
from journeys.store.booking_links import BookingLink
from journeys.store.scheduling import AppointmentType, Schedule


@dataclass(frozen=True)
class Offer:
    """What the patient may book: a type (its slug), and where or with whom; None leaves it to the patient."""

    type: str
    location_id: int | None = None
    schedule: uuid.UUID | None = None


def offer_booking(session: Session, act: Act, patient: uuid.UUID, offer: Offer) -> BookingLink:
    """Return the link. Invalid where patients may not book the type by themselves, Missing without patient, type or
    schedule, Forbidden for a branch of others."""
    found = patient_to_book(session, patient)
    kind = session.scalar(select(AppointmentType).where(AppointmentType.slug == offer.type, AppointmentType.active))
    if kind is None:
        raise Missing(N_("There is no such type of appointment"))
    if not kind.patients_may_book:
        raise Invalid([Problem("type", N_("Patients do not book this type by themselves"))])
    made = BookingLink(patient_id=found.id, type_id=kind.id, location_id=offer.location_id)
    if offer.schedule is not None:
        schedule = session.scalar(select(Schedule).where(Schedule.uid == offer.schedule))
        if schedule is None:
            raise Missing(N_("There is no such schedule here"))
        made.schedule_id, made.location_id = schedule.id, schedule.location_id
    if made.location_id is not None:
        refuse_others(act, made.location_id)
    made.made_at, made.made_by, made.good_until = act.now, act.by, act.now + GOOD_FOR
    session.add(made)
    session.flush()
    audit.note(session, "C", BookingLink.__tablename__, [made.id], [found.id], {"type": kind.slug})
    return made
