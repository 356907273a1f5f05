"""A time is booked out of a conversation: the visit carries the number of the thread in which it was asked for."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.access.appointments.book_appointment import Booking, book_appointment
from journeys.access.appointments.taking import Asked
from journeys.desk.entries import add_entry
from journeys.desk.finding import refuse_other_roles, the_conversation
from journeys.desk.thread_of_visit import APPOINTMENT
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.store.access import Appointment
from journeys.store.conversations import BOOKED
from journeys.store.people import Patient


def book_in_conversation(
    session: Session,
    act: Act,
    uid: uuid.UUID,
    booking: Booking,
    asked: Asked,
    roles: Collection[str] | None = None,
) -> Appointment:
    """Book it, and name it in the thread. Missing where the conversation is another patient's, Forbidden when it is the
    work of none of `roles`; Invalid as booking is."""
    conversation = the_conversation(session, uid)
    patient = session.scalar(select(Patient.uid).where(Patient.id == conversation.patient_id))
    if patient != booking.patient:
        raise Missing("There is no such conversation of this patient")
    refuse_other_roles(session, conversation, roles)
    made = book_appointment(session, act, booking, asked)
    session.flush()
    entry = add_entry(session, act, conversation, BOOKED)
    entry.subject_kind, entry.subject_id = APPOINTMENT, made.id
    session.flush()
    return made
