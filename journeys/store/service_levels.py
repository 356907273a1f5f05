"""Service levels: what a queue promises about answering and resolving, and what became of each case."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base, Identified
from journeys.store.columns import OfPatient, in_order, together


class ServiceCase(Identified, OfPatient, Base):
    """One case: a conversation from the first word that asks for a person until nobody has anything to do any more.

    Queue, calendar, its version and the seconds that are promised are those of the moment in which it began: whoever
    changes hours or promises changes no past. Seconds are working time by that calendar, without one they are time.
    What was late once stays late. `seen_at` is the last thing that happened in the conversation when this was worked
    out; `contacts` counts how often the patient had to turn to the clinic.
    """

    __tablename__ = "service_case"
    __table_args__ = (
        UniqueConstraint("conversation_id", "asked_at"),
        in_order("asked_at", "answered_at"),
        in_order("asked_at", "resolved_at"),
        together("resolved_at", "resolution_seconds", "outcome"),
        CheckConstraint("contacts > 0", name="asked_for"),
        CheckConstraint("response_seconds IS NULL OR answered_at IS NOT NULL", name="answered_in"),
        CheckConstraint("least(response_target, resolution_target, pause_limit + 1) > 0", name="promises_something"),
        CheckConstraint("paused_seconds >= 0", name="paused_for"),
        CheckConstraint("response_target IS NOT NULL OR NOT response_late", name="response_late_as_promised"),
        CheckConstraint("resolution_target IS NOT NULL OR NOT resolution_late", name="resolution_late_as_promised"),
        Index("ix_service_case_asked_at", "asked_at", "queue_id"),
        Index("ix_service_case_seen_at", "seen_at"),
        Index(
            "ix_service_case_response_due",
            "response_due_at",
            postgresql_where=text("answered_at IS NULL AND resolved_at IS NULL AND NOT response_late"),
        ),
        Index(
            "ix_service_case_resolution_due",
            "resolution_due_at",
            postgresql_where=text("resolved_at IS NULL AND NOT resolution_late"),
        ),
    )

    conversation_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("conversation.id"))
    queue_id: Mapped[int | None] = mapped_column(ForeignKey("task_queue.id"))
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("business_calendar.id"))
    calendar_version: Mapped[int | None]
    seen_at: Mapped[dt.datetime]
    asked_at: Mapped[dt.datetime]
    contacts: Mapped[int]
    response_target: Mapped[int | None]
    response_warn_at: Mapped[dt.datetime | None]
    response_due_at: Mapped[dt.datetime | None]
    answered_at: Mapped[dt.datetime | None]
    response_seconds: Mapped[int | None]
    response_late: Mapped[bool] = mapped_column(default=False, server_default="false")
    resolution_target: Mapped[int | None]
    resolution_warn_at: Mapped[dt.datetime | None]
    resolution_due_at: Mapped[dt.datetime | None]
    resolved_at: Mapped[dt.datetime | None]
    resolution_seconds: Mapped[int | None]
    resolution_late: Mapped[bool] = mapped_column(default=False, server_default="false")
    pause_limit: Mapped[int | None]
    paused_seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    outcome: Mapped[str | None]
