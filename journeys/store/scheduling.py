"""What can be booked: types of appointments, resources, schedules with their working hours, blocks, and slots.

A schedule is who or what can be booked where: a practitioner, a resource, or both. Its hours are written out into
slots, as FHIR has them. What a slot is (`status`) follows from what lies on it; nobody writes it. An appointment lies
on every slot of its practitioner or its resource that it overlaps, whoever booked it: the database sees to that.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKey, Index, PrimaryKeyConstraint, Text, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base, Identified, Texts
from journeys.store.columns import RowVersioned, in_order, one_of, together

FREE = "free"
BUSY = "busy"
HELD = "busy-tentative"
BLOCKED = "busy-unavailable"
STANDING = (
    "CASE WHEN block_id IS NOT NULL THEN 'busy-unavailable' WHEN appointment_id IS NOT NULL THEN 'busy'"
    " WHEN hold IS NOT NULL THEN 'busy-tentative' ELSE 'free' END"
)
BLOCK_REASONS = ("absence", "holiday", "meeting", "maintenance", "other")
A_DAY = 24 * 60


class AppointmentType(Identified, RowVersioned, Base):
    """A kind of appointment: how long it takes, how early it is to be booked, and until when calling it off is in time
    (`cancel_minutes` before it begins). Patients book it by themselves where `patients_may_book`."""

    __tablename__ = "appointment_type"
    __table_args__ = (
        CheckConstraint(f"minutes BETWEEN 1 AND {A_DAY}", name="minutes_in_range"),
        CheckConstraint("lead_minutes >= 0", name="lead_counted"),
        CheckConstraint("cancel_minutes >= 0", name="cancel_counted"),
    )

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Texts]
    minutes: Mapped[int]
    lead_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    cancel_minutes: Mapped[int] = mapped_column(default=A_DAY, server_default=str(A_DAY))
    patients_may_book: Mapped[bool] = mapped_column(default=False, server_default="false")
    service_line_id: Mapped[int | None] = mapped_column(ForeignKey("service_line.id"))
    active: Mapped[bool] = mapped_column(default=True, server_default="true")

    __mapper_args__ = {"version_id_col": RowVersioned.row_version}


class BookableResource(Identified, Base):
    """A room or a device that one appointment at a time can have."""

    __tablename__ = "bookable_resource"

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Texts]
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True, server_default="true")


class Schedule(Identified, RowVersioned, Base):
    """Who or what can be booked where, and when it works: weekly `hours` in a `zone` of its own, without the closed
    days of its calendar. Slots are laid out for `days_ahead` days; `laid_until` is the last day that has them."""

    __tablename__ = "schedule"
    __table_args__ = (
        CheckConstraint("num_nonnulls(practitioner_id, resource_id) > 0", name="of_somebody"),
        CheckConstraint(f"slot_minutes BETWEEN 5 AND {A_DAY // 3}", name="slot_minutes_in_range"),
        CheckConstraint("days_ahead BETWEEN 1 AND 400", name="days_ahead_in_range"),
        in_order("from_on", "until_on"),
        Index("ix_schedule_practitioner", "practitioner_id"),
        Index("ix_schedule_resource", "resource_id"),
        Index("ix_schedule_location", "location_id"),
    )

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Texts]
    practitioner_id: Mapped[int | None] = mapped_column(ForeignKey("practitioner.id"))
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("bookable_resource.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("business_calendar.id"))
    zone: Mapped[str]
    hours: Mapped[dict[str, Any]]
    slot_minutes: Mapped[int]
    days_ahead: Mapped[int] = mapped_column(default=60, server_default="60")
    from_on: Mapped[dt.date | None]
    until_on: Mapped[dt.date | None]
    laid_until: Mapped[dt.date | None]
    active: Mapped[bool] = mapped_column(default=True, server_default="true")

    __mapper_args__ = {"version_id_col": RowVersioned.row_version}


class ScheduleType(Base):
    """A type that a schedule offers."""

    __tablename__ = "schedule_type"
    __table_args__ = (
        PrimaryKeyConstraint("schedule_id", "type_id"),
        Index("ix_schedule_type_type", "type_id"),
    )

    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    type_id: Mapped[int] = mapped_column(ForeignKey("appointment_type.id"))


class ScheduleBlock(Identified, Base):
    """A time in which nothing can be booked with a schedule, although it works then: an absence, a meeting."""

    __tablename__ = "schedule_block"
    __table_args__ = (
        one_of("reason", *BLOCK_REASONS),
        CheckConstraint("end_at > start_at", name="takes_time"),
        together("ended_at", "ended_by"),
        Index("ix_schedule_block_schedule", "schedule_id", "start_at"),
    )

    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    start_at: Mapped[dt.datetime]
    end_at: Mapped[dt.datetime]
    reason: Mapped[str]
    made_at: Mapped[dt.datetime]
    made_by: Mapped[str]
    ended_at: Mapped[dt.datetime | None]
    ended_by: Mapped[str | None]


class Slot(Identified, Base):
    """A stretch of a schedule that can be booked, once. A hold that has run out (`held_until`) holds nothing."""

    __tablename__ = "slot"
    __table_args__ = (
        CheckConstraint("end_at > start_at", name="takes_time"),
        together("hold", "held_until", "held_by"),
        ExcludeConstraint(
            (text("schedule_id"), "="),
            (text("tstzrange(start_at, end_at)"), "&&"),
            name="ex_slot_schedule_id",
            using="gist",
        ),
        Index("ix_slot_schedule_start", "schedule_id", "start_at"),
        Index("ix_slot_open", "start_at", "id", postgresql_where="appointment_id IS NULL AND block_id IS NULL"),
        Index("ix_slot_held", "held_until", postgresql_where="hold IS NOT NULL"),
        Index("ix_slot_appointment", "appointment_id", postgresql_where="appointment_id IS NOT NULL"),
        Index("ix_slot_block", "block_id", postgresql_where="block_id IS NOT NULL"),
    )

    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    start_at: Mapped[dt.datetime]
    end_at: Mapped[dt.datetime]
    appointment_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("appointment.id"))
    block_id: Mapped[int | None] = mapped_column(ForeignKey("schedule_block.id"))
    hold: Mapped[uuid.UUID | None]
    held_until: Mapped[dt.datetime | None]
    held_by: Mapped[str | None]
    status: Mapped[str] = mapped_column(Text, Computed(STANDING, persisted=True))
