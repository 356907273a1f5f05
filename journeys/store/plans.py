"""What is intended for a patient: care plans, courses of treatment, episodes in programmes, requests."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.secrets import Sealed
from journeys.foundation.tables import Base, Identified
from journeys.store.columns import Clinical, FromSource, OfPatient, RowVersioned, in_order, one_of

REQUEST_STATUSES = ("draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown")
ACTIVITY_STATUSES = (
    "not-started",
    "scheduled",
    "in-progress",
    "on-hold",
    "completed",
    "cancelled",
    "stopped",
    "unknown",
    "entered-in-error",
)
EPISODE_STATUSES = ("planned", "waitlist", "active", "onhold", "finished", "cancelled", "entered-in-error")


class CarePlan(Clinical, Base):
    """A care plan; `code` is its category."""

    __tablename__ = "care_plan"
    __table_args__ = (one_of("status", *REQUEST_STATUSES), in_order("start_at", "end_at"))

    intent: Mapped[str | None]
    start_at: Mapped[dt.datetime | None]
    end_at: Mapped[dt.datetime | None]
    encounter_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("encounter.id"))


class CarePlanActivity(Identified, OfPatient, Base):
    """One thing that a care plan asks for, in order of `position`; `interval_days` when it comes again and again."""

    __tablename__ = "care_plan_activity"
    __table_args__ = (
        one_of("status", *ACTIVITY_STATUSES),
        CheckConstraint("interval_days > 0", name="interval_positive"),
        Index("ix_care_plan_activity_plan", "care_plan_id", "position", unique=True),
    )

    care_plan_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("care_plan.id", ondelete="CASCADE"))
    position: Mapped[int]
    status: Mapped[str]
    code_system: Mapped[str | None]
    code: Mapped[str | None]
    display: Mapped[str | None]
    interval_days: Mapped[int | None]
    due_on: Mapped[dt.date | None]
    description_sealed: Mapped[bytes | None]

    description = Sealed()


class Episode(Clinical, Base):
    """A stay in a programme: FHIR EpisodeOfCare."""

    __tablename__ = "episode"
    __table_args__ = (one_of("status", *EPISODE_STATUSES), in_order("start_at", "end_at"))

    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    start_at: Mapped[dt.datetime | None]
    end_at: Mapped[dt.datetime | None]


class TreatmentCourse(Clinical, Base):
    """A course of several sessions: physiotherapy, chemotherapy cycles, orthodontics."""

    __tablename__ = "treatment_course"
    __table_args__ = (
        one_of("status", *REQUEST_STATUSES),
        in_order("start_at", "end_at"),
        CheckConstraint("sessions_done >= 0", name="sessions_done_positive"),
    )

    episode_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("episode.id"))
    start_at: Mapped[dt.datetime | None]
    end_at: Mapped[dt.datetime | None]
    sessions_planned: Mapped[int | None]
    sessions_done: Mapped[int] = mapped_column(default=0, server_default="0")


class Request(Identified, OfPatient, FromSource, RowVersioned, Base):
    """Something a patient asked of the clinic: an appointment, a result, a prescription, a document."""

    __tablename__ = "request"
    __table_args__ = (
        one_of("status", *REQUEST_STATUSES),
        one_of("priority", "routine", "urgent", "asap", "stat"),
        Index("ix_request_patient", "patient_id", "received_at"),
        Index("ix_request_open", "received_at", postgresql_where=text("status IN ('active', 'on-hold', 'unknown')")),
    )

    kind: Mapped[str]
    status: Mapped[str]
    priority: Mapped[str] = mapped_column(default="routine", server_default="routine")
    channel: Mapped[str | None]
    received_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime | None]
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    owner: Mapped[str | None]
    outcome: Mapped[str | None]
    text_sealed: Mapped[bytes | None]

    text = Sealed()
