"""What was done because a safety clock ran out: one row for each rung of its ladder."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base, Identified
from journeys.store.columns import OfPatient


class ClockEscalation(Identified, OfPatient, Base):
    """One rung that was reached by one clock on one thing that stood still `since` then: it is climbed once.

    `clock` is the slug of the definition, which may be changed meanwhile; `rung` counts from 0; `task_id` is the task
    that was made, raised or handed on; `stood_down_at` is when that task was taken back because no clock ran on it
    any more: then the rung may be climbed again.
    """

    __tablename__ = "clock_escalation"
    __table_args__ = (
        CheckConstraint("rung >= 0", name="rung_counted"),
        Index(
            "ix_clock_escalation_once",
            *("clock", "subject_kind", "subject_id", "since", "rung"),
            unique=True,
            postgresql_where=text("stood_down_at IS NULL"),
        ),
    )

    clock: Mapped[str]
    rung: Mapped[int]
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    since: Mapped[dt.datetime]
    task_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("task.id"), index=True)
    at: Mapped[dt.datetime]
    stood_down_at: Mapped[dt.datetime | None]
