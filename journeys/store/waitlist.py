"""Who waits for a time, times that came free, and the offers by which a freed time finds somebody who waits.

Slots that come free are written down by the database (`freed_slot`), whoever freed them. A backfill is one stretch of
such slots for which somebody is looked for; its offers hold the stretch, and one of them at most is accepted.
"""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base, Identified
from journeys.store.columns import OfPatient, RowVersioned, in_order, one_of, together

PRIORITIES = ("stat", "asap", "urgent", "routine")
"""FHIR's request priorities, the most urgent first."""

WAITING, BOOKED, WITHDRAWN = "waiting", "booked", "withdrawn"
ENTRY_STATUSES = (WAITING, BOOKED, WITHDRAWN)
WITHDRAWN_REASONS = ("patient", "seen-elsewhere", "not-needed", "mistake", "other")

OPEN, FILLED, DESK, TAKEN = "open", "filled", "desk", "taken"
BACKFILL_STATUSES = (OPEN, FILLED, DESK, TAKEN)
"""Somebody is being asked; somebody has it; nobody took it, so the front desk is told; it went another way."""

OFFERED, ACCEPTED, DECLINED, EXPIRED, LOST, UNSENT = "offered", "accepted", "declined", "expired", "lost", "unsent"
OFFER_STATUSES = (OFFERED, ACCEPTED, DECLINED, EXPIRED, LOST, UNSENT)

EVERY_DAY = 0b111_1111
"""Weekdays as bits: Monday is the lowest."""


class WaitlistEntry(Identified, OfPatient, RowVersioned, Base):
    """A patient waits for a type of appointment since `since`, in branches (`waitlist_branch`) and perhaps with one
    practitioner; on days from `from_on` to `until_on`, on some weekdays, between two times of day.

    With `appointment_id` they have a visit already and want an earlier one. `asked` and `refused` count offers.
    """

    __tablename__ = "waitlist_entry"
    __table_args__ = (
        one_of("status", *ENTRY_STATUSES),
        one_of("priority", *PRIORITIES),
        one_of("why", *WITHDRAWN_REASONS),
        in_order("from_on", "until_on"),
        together("ended_at", "ended_by"),
        together("from_time", "until_time"),
        CheckConstraint("until_time > from_time", name="times_take_time"),
        CheckConstraint(f"weekdays BETWEEN 1 AND {EVERY_DAY}", name="weekdays_some"),
        CheckConstraint("asked >= 0 AND refused >= 0", name="offers_counted"),
        CheckConstraint(f"(status = '{WAITING}') = (ended_at IS NULL)", name="ended_unless_waiting"),
        CheckConstraint(f"(status = '{WITHDRAWN}') = (why IS NOT NULL)", name="withdrawn_why"),
        CheckConstraint(f"(status = '{BOOKED}') = (booked_id IS NOT NULL)", name="booked_what"),
        Index("ix_waitlist_entry_waiting", "type_id", "since", postgresql_where=text(f"status = '{WAITING}'")),
        Index(
            "ix_waitlist_entry_practitioner", "practitioner_id", postgresql_where=text("practitioner_id IS NOT NULL")
        ),
        Index("ix_waitlist_entry_appointment", "appointment_id", postgresql_where=text("appointment_id IS NOT NULL")),
        Index("ix_waitlist_entry_booked", "booked_id", postgresql_where=text("booked_id IS NOT NULL")),
    )

    status: Mapped[str] = mapped_column(default=WAITING, server_default=WAITING)
    type_id: Mapped[int] = mapped_column(ForeignKey("appointment_type.id"))
    practitioner_id: Mapped[int | None] = mapped_column(ForeignKey("practitioner.id"))
    appointment_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("appointment.id"))
    priority: Mapped[str] = mapped_column(default="routine", server_default="routine")
    since: Mapped[dt.datetime]
    from_on: Mapped[dt.date | None]
    until_on: Mapped[dt.date | None]
    weekdays: Mapped[int] = mapped_column(SmallInteger, default=EVERY_DAY, server_default=str(EVERY_DAY))
    from_time: Mapped[dt.time | None]
    until_time: Mapped[dt.time | None]
    asked: Mapped[int] = mapped_column(default=0, server_default="0")
    refused: Mapped[int] = mapped_column(default=0, server_default="0")
    last_asked_at: Mapped[dt.datetime | None]
    added_at: Mapped[dt.datetime]
    added_by: Mapped[str]
    ended_at: Mapped[dt.datetime | None]
    ended_by: Mapped[str | None]
    why: Mapped[str | None]
    booked_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("appointment.id"))

    __mapper_args__ = {"version_id_col": RowVersioned.row_version}


class WaitlistBranch(Base):
    """A branch to which somebody who waits would come."""

    __tablename__ = "waitlist_branch"
    __table_args__ = (
        PrimaryKeyConstraint("entry_id", "location_id"),
        Index("ix_waitlist_branch_location", "location_id"),
    )

    entry_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("waitlist_entry.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))


class FreedSlot(Base):
    """A slot that nothing lies on any more. The database writes it, the worker takes it out."""

    __tablename__ = "freed_slot"
    __table_args__ = (PrimaryKeyConstraint("schedule_id", "start_at"), one_of("was", "busy", "blocked", "held"))

    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    start_at: Mapped[dt.datetime]
    was: Mapped[str]


class Backfill(Identified, Base):
    """A stretch of time that came free, and how far looking for somebody has come. `next_at` is when there is
    something to do; what it has recovered (`minutes`, `price`) is kept as it was then. Who has it is the offer that was
    accepted."""

    __tablename__ = "backfill"
    __table_args__ = (
        one_of("status", *BACKFILL_STATUSES),
        one_of("was", "busy", "blocked", "held"),
        CheckConstraint("end_at > start_at", name="takes_time"),
        together("price", "currency"),
        CheckConstraint(f"(status = '{OPEN}') = (ended_at IS NULL)", name="ended_unless_open"),
        CheckConstraint(f"(status = '{OPEN}') = (next_at IS NOT NULL)", name="looked_at_while_open"),
        CheckConstraint(f"(status = '{FILLED}') = (minutes IS NOT NULL)", name="filled_minutes"),
        CheckConstraint(f"price IS NULL OR status = '{FILLED}'", name="price_when_filled"),
        Index(
            "ix_backfill_open",
            "schedule_id",
            "start_at",
            unique=True,
            postgresql_where=text(f"status = '{OPEN}'"),
        ),
        Index("ix_backfill_next", "next_at", postgresql_where=text("next_at IS NOT NULL")),
        Index("ix_backfill_start", "start_at"),
    )

    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    start_at: Mapped[dt.datetime]
    end_at: Mapped[dt.datetime]
    was: Mapped[str]
    status: Mapped[str] = mapped_column(default=OPEN, server_default=OPEN)
    freed_at: Mapped[dt.datetime]
    next_at: Mapped[dt.datetime | None]
    hold: Mapped[uuid.UUID]
    ended_at: Mapped[dt.datetime | None]
    minutes: Mapped[int | None]
    price: Mapped[Decimal | None] = mapped_column(Numeric)
    currency: Mapped[str | None]


class WaitlistOffer(Identified, OfPatient, Base):
    """One who waits is asked whether they want a freed time, until `expires_at`. The message that asks has the uid of
    the offer. `told_at` is when somebody who did not get it was told so."""

    __tablename__ = "waitlist_offer"
    __table_args__ = (
        one_of("status", *OFFER_STATUSES),
        CheckConstraint("expires_at > offered_at", name="lasts"),
        CheckConstraint(f"(status = '{OFFERED}') = (ended_at IS NULL)", name="ended_unless_offered"),
        Index("ix_waitlist_offer_backfill", "backfill_id", "entry_id", unique=True),
        Index(
            "ix_waitlist_offer_accepted",
            "backfill_id",
            unique=True,
            postgresql_where=text(f"status = '{ACCEPTED}'"),
        ),
        Index(
            "ix_waitlist_offer_open",
            "patient_id",
            unique=True,
            postgresql_where=text(f"status = '{OFFERED}'"),
        ),
        Index("ix_waitlist_offer_entry", "entry_id"),
        Index("ix_waitlist_offer_to_tell", "id", postgresql_where=text(f"status = '{LOST}' AND told_at IS NULL")),
    )

    backfill_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("backfill.id"))
    entry_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("waitlist_entry.id"))
    status: Mapped[str] = mapped_column(default=OFFERED, server_default=OFFERED)
    offered_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    told_at: Mapped[dt.datetime | None]


class BackfillPlan(RowVersioned, Base):
    """How freed times of one type of appointment are offered, and what one is worth. Types without a row have the usual
    (`access.waitlist.plans`).

    Long before it begins (`soon_hours`) a time is offered to `at_once` people for `minutes`, later to `soon_at_once`
    for `soon_minutes`; until `until_minutes` before its begin, and at most `days_ahead` ahead.
    """

    __tablename__ = "backfill_plan"
    __table_args__ = (
        together("price", "currency"),
        CheckConstraint("at_once BETWEEN 1 AND 20 AND soon_at_once BETWEEN 1 AND 20", name="at_once_in_range"),
        CheckConstraint("minutes BETWEEN 5 AND 1440 AND soon_minutes BETWEEN 5 AND 1440", name="minutes_in_range"),
        CheckConstraint(
            "soon_hours >= 0 AND until_minutes >= 0 AND days_ahead BETWEEN 1 AND 400", name="ahead_in_range"
        ),
        CheckConstraint("rest_hours >= 0 AND most_offers > 0 AND most_refusals > 0", name="rest_in_range"),
        CheckConstraint("price >= 0", name="price_counted"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_coded"),
    )

    type_id: Mapped[int] = mapped_column(ForeignKey("appointment_type.id"), primary_key=True)
    is_on: Mapped[bool] = mapped_column(default=True, server_default="true")
    at_once: Mapped[int]
    minutes: Mapped[int]
    soon_hours: Mapped[int]
    soon_at_once: Mapped[int]
    soon_minutes: Mapped[int]
    until_minutes: Mapped[int]
    days_ahead: Mapped[int]
    rest_hours: Mapped[int]
    most_offers: Mapped[int]
    most_refusals: Mapped[int]
    price: Mapped[Decimal | None] = mapped_column(Numeric)
    currency: Mapped[str | None]
    changed_at: Mapped[dt.datetime]
    changed_by: Mapped[str]

    __mapper_args__ = {"version_id_col": RowVersioned.row_version}
