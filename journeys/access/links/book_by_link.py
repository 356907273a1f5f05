"""A patient books a free time by a link."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.access.appointments.book_appointment import Booking, book_appointment
from journeys.access.appointments.taking import Asked
from journeys.access.links.booking_link import ENDED, USED, link_named, offered_by, patient_of
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Missing, Problem
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.foundation.words import N_
from journeys.store.access import Appointment
from journeys.store.scheduling import Schedule, Slot

RAN_OUT = N_("This link has run out. Ask your clinic for a new one.")


def book_by_link(session: Session, act: Act, token: str, kind: str, slot: uuid.UUID) -> Appointment:
    """Return the appointment, booked; what the link has booked already where it is used, whoever pressed twice.

    Invalid where somebody else has the time or the link has run out, Missing for letters that are no link of ours, for
    types that it does not offer, and times that are not its own.
    """
    lock_lanes(session, [lane_of(patient_of(session, link_named(session, token)).id)])
    offered = offered_by(session, act, token, locked=True)
    if offered.standing == USED and offered.booked is not None:
        audit.nothing_happened(session)
        return offered.booked
    if offered.standing == ENDED:
        raise Invalid([Problem("", RAN_OUT)])
    chosen = offered.kind(kind)
    if chosen is None:
        raise Missing(N_("There is no such type of appointment"))
    wanted = select(Schedule).join(Slot).where(Slot.uid == slot)
    schedule = session.scalar(wanted)
    is_meant = schedule is not None and offered.link.schedule_id in (None, schedule.id)
    if schedule is None or not is_meant or schedule.location_id not in offered.branches:
        raise Missing(N_("There is no such time here"))
    made = book_appointment(session, act, Booking(offered.patient.uid), Asked(slot, chosen.slug, for_patients=True))
    link = offered.link
    link.appointment_id, link.used_at = made.id, act.now
    session.flush()
    audit.note(session, "U", "booking_link", [link.id], [offered.patient.id], {"booked": True})
    return made
