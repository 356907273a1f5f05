"""Appointments, as FHIR Appointment."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.secrets import Sealed
from journeys.foundation.tables import Base
from journeys.store.columns import Clinical, RowVersioned, in_order, one_of

APPOINTMENT_STATUSES = (
    "proposed",
    "pending",
    "booked",
    "arrived",
    "fulfilled",
    "cancelled",
    "noshow",
    "entered-in-error",
    "checked-in",
    "waitlist",
)


class Appointment(Clinical, RowVersioned, Base):
    """A booked, asked-for or past appointment; `code` is its type, `booked_at` when it was made, `confirmed_at` when
    the patient said yes."""

    __tablename__ = "appointment"
    __table_args__ = (
        one_of("status", *APPOINTMENT_STATUSES),
        in_order("start_at", "end_at"),
        Index("ix_appointment_patient_start", "patient_id", "start_at"),
        Index("ix_appointment_location_start", "location_id", "start_at"),
        Index("ix_appointment_referral", "referral_id", postgresql_where="referral_id IS NOT NULL"),
        Index("ix_appointment_booked", "start_at", postgresql_where=text("status IN ('booked', 'pending')")),
    )

    start_at: Mapped[dt.datetime | None]
    end_at: Mapped[dt.datetime | None]
    booked_at: Mapped[dt.datetime | None]
    confirmed_at: Mapped[dt.datetime | None]
    cancelled_at: Mapped[dt.datetime | None]
    cancellation_reason: Mapped[str | None]
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    practitioner_id: Mapped[int | None] = mapped_column(ForeignKey("practitioner.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    service_line_id: Mapped[int | None] = mapped_column(ForeignKey("service_line.id"))
    referral_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("referral.id"))
    comment_sealed: Mapped[bytes | None]

    comment = Sealed()
