"""The links to free times that messages carry. What they open is the business of `access.links`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import and_, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.contact.deciding.kept import is_one_of
from journeys.foundation import links
from journeys.store.access import Appointment
from journeys.store.booking_links import BookingLink
from journeys.store.contact import Message
from journeys.store.scheduling import AppointmentType

FIELD = "booking.link"
LINK = "booking"
PATH = "/b/"
GOOD_FOR = dt.timedelta(days=60)
"""How long after its message a link may book."""

MADE_BY = "message"
COLUMNS = ["patient_id", "message_id", "type_id", "made_at", "made_by", "good_until"]


def booking_link_of(link_id: int) -> str | None:
    """The address of a link; None where this installation has no address."""
    return links.written(LINK, PATH, link_id)


def booking_links_of(session: Session, messages: Collection[int]) -> dict[int, str | None]:
    """The link of each message (by id), made where there is none yet: the same message always has the same. One about
    an appointment that patients may book is for the same type, others leave it to the patient."""
    if not messages:
        return {}
    rows = (
        select(
            Message.patient_id,
            Message.id,
            AppointmentType.id,
            Message.planned_at,
            literal(MADE_BY),
            Message.planned_at + GOOD_FOR,
        )
        .outerjoin(Appointment, and_(Message.focus_kind == "appointment", Appointment.id == Message.focus_id))
        .outerjoin(
            AppointmentType,
            and_(AppointmentType.id == Appointment.type_id, AppointmentType.active, AppointmentType.patients_may_book),
        )
        .where(is_one_of(messages))
        .order_by(Message.id)
    )
    made = insert(BookingLink).from_select(COLUMNS, rows, include_defaults=False).on_conflict_do_nothing()
    session.execute(made)
    known = select(BookingLink.message_id, BookingLink.id).where(BookingLink.message_id.in_(messages))
    return {message: booking_link_of(link) for message, link in session.execute(known) if message is not None}
