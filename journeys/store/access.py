"""Appointments, as FHIR Appointment: those that a source sent, and those that were booked here.

What is booked here stands in a schedule (`store.scheduling`). The database refuses two that need one practitioner or
one resource at the same time, keeps which state may follow which, and writes the history. What a source sends follows
none of this: where the source books twice, so it is.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.secrets import Sealed
from journeys.foundation.tables import Base, Identified
from journeys.store.columns import Clinical, OfPatient, RowVersioned, in_order, one_of

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
TAKES_PLACE = ("pending", "booked", "arrived", "checked-in", "fulfilled")
"""Statuses in which an appointment needs its time: nobody else can have it."""

AHEAD = ("pending", "booked")
"""Statuses of an appointment that can still be moved, called off, or missed."""

APPOINTMENT_MOVES: dict[str, tuple[str, ...]] = {
    "proposed": ("pending", "booked", "cancelled", "waitlist", "entered-in-error"),
    "waitlist": ("proposed", "pending", "booked", "cancelled", "entered-in-error"),
    "pending": ("booked", "cancelled", "entered-in-error"),
    "booked": ("arrived", "checked-in", "fulfilled", "cancelled", "noshow", "entered-in-error"),
    "arrived": ("booked", "checked-in", "fulfilled", "cancelled", "entered-in-error"),
    "checked-in": ("booked", "arrived", "fulfilled", "cancelled", "entered-in-error"),
    "fulfilled": ("checked-in", "entered-in-error"),
    "noshow": ("booked", "checked-in", "entered-in-error"),
    "cancelled": ("entered-in-error",),
    "entered-in-error": (),
}
"""State → where an appointment that is booked here may go. What was called off stays so: its time is another's."""


def allowed_moves() -> str:
    """The check of all that may follow each other; a row that keeps its state tells of another time."""
    pairs = ", ".join(f"('{old}', '{new}')" for old, following in APPOINTMENT_MOVES.items() for new in following)
    return f"from_status IS NULL OR from_status = to_status OR (from_status, to_status) IN ({pairs})"


def never_twice(column: str) -> ExcludeConstraint:
    """No two that were booked here need the same one at the same time."""
    listed = ", ".join(f"'{status}'" for status in TAKES_PLACE)
    return ExcludeConstraint(
        (text(column), "="),
        (text("tstzrange(start_at, end_at)"), "&&"),
        where=text(f"schedule_id IS NOT NULL AND {column} IS NOT NULL AND status IN ({listed})"),
        name=f"ex_appointment_{column}",
        using="gist",
    )


class Appointment(Clinical, RowVersioned, Base):
    """A booked, asked-for or past appointment; `code` is its type, `booked_at` when it was made, `confirmed_at` when
    the patient said yes, `status_at` when its status last changed here.

    `schedule_id` is known of those that were booked here, and of no other.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        one_of("status", *APPOINTMENT_STATUSES),
        in_order("start_at", "end_at"),
        Index("ix_appointment_patient_start", "patient_id", "start_at"),
        Index("ix_appointment_location_start", "location_id", "start_at"),
        Index("ix_appointment_referral", "referral_id", postgresql_where="referral_id IS NOT NULL"),
        Index("ix_appointment_practitioner_start", "practitioner_id", "start_at"),
        Index("ix_appointment_schedule_start", "schedule_id", "start_at", postgresql_where="schedule_id IS NOT NULL"),
        Index("ix_appointment_resource_start", "resource_id", "start_at", postgresql_where="resource_id IS NOT NULL"),
        CheckConstraint("schedule_id IS NULL OR source_record_id IS NULL", name="booked_here_or_received"),
        CheckConstraint(
            "schedule_id IS NULL OR num_nulls(start_at, end_at, type_id, location_id) = 0", name="booked_whole"
        ),
        never_twice("practitioner_id"),
        never_twice("resource_id"),
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
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("schedule.id"))
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("bookable_resource.id"))
    type_id: Mapped[int | None] = mapped_column(ForeignKey("appointment_type.id"))
    status_at: Mapped[dt.datetime | None]
    comment_sealed: Mapped[bytes | None]

    comment = Sealed()


class AppointmentHistory(Identified, OfPatient, Base):
    """One change of an appointment that was booked here: from which state and time to which, when, by whom, and why it
    was called off. The database writes it; nothing is ever changed."""

    __tablename__ = "appointment_history"
    __table_args__ = (
        one_of("from_status", *APPOINTMENT_STATUSES),
        one_of("to_status", *APPOINTMENT_STATUSES),
        CheckConstraint(allowed_moves(), name="move_allowed"),
        Index("ix_appointment_history_appointment", "appointment_id", "id"),
    )

    appointment_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("appointment.id"))
    at: Mapped[dt.datetime]
    by: Mapped[str]
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    from_start: Mapped[dt.datetime | None]
    to_start: Mapped[dt.datetime]
    why: Mapped[str | None]
