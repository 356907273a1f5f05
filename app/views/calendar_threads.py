"""A visit that is booked out of a conversation: which one the address names, and the way back to it."""

from __future__ import annotations

import uuid

from flask import request

from app.base import perform, reading, signed_in_roles
from app.base.look import may
from journeys.access.appointments.book_appointment import Booking, book_appointment
from journeys.access.appointments.taking import Asked
from journeys.desk.book_in_conversation import book_in_conversation
from journeys.desk.thread_of_visit import thread_of_visit
from journeys.foundation.errors import Missing
from journeys.store.access import Appointment


def booked(patient: uuid.UUID, asked: Asked) -> Appointment:
    """The visit that was chosen, booked; out of the conversation that the address names, where it names one."""
    thread = request.args.get("thread")
    if thread is None or not may("change", "inbox"):
        return perform(book_appointment, Booking(patient), asked)
    try:
        uid = uuid.UUID(thread)
    except ValueError:
        raise Missing("There is no such conversation here") from None
    return perform(book_in_conversation, uid, Booking(patient), asked, signed_in_roles())


def thread_shown(appointment_id: int) -> uuid.UUID | None:
    """The conversation out of which a visit was booked, for who may read it."""
    if not may("read", "inbox"):
        return None
    with reading() as (session, _):
        return thread_of_visit(session, appointment_id)
