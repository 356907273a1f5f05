"""Links by which patients book a time themselves: for whom, for what, with whom or where, and what became of each."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base, Identified
from journeys.store.columns import OfPatient, together


class BookingLink(Identified, OfPatient, Base):
    """One link. What it leaves open (`type_id`, `location_id`, `schedule_id`) its patient chooses. It books once:
    `appointment_id` is what it booked last, and only where that was called off may it book again.

    `message_id` is the message that carries it. No foreign key: retention may remove the message, and the link stays.
    """

    __tablename__ = "booking_link"
    __table_args__ = (
        CheckConstraint("good_until > made_at", name="good_for_a_while"),
        together("appointment_id", "used_at"),
        Index("ix_booking_link_message", "message_id", unique=True, postgresql_where="message_id IS NOT NULL"),
        Index("ix_booking_link_appointment", "appointment_id", postgresql_where="appointment_id IS NOT NULL"),
    )

    type_id: Mapped[int | None] = mapped_column(ForeignKey("appointment_type.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("schedule.id"))
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    made_at: Mapped[dt.datetime]
    made_by: Mapped[str]
    good_until: Mapped[dt.datetime]
    appointment_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("appointment.id"))
    used_at: Mapped[dt.datetime | None]
