"""Moves of patients from older versions of a journey to a newer one, with what is needed to take each back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base, Identified
from journeys.store.columns import OfPatient, one_of


class JourneyMove(Identified, Base):
    """One decision to move patients to the version in force, worked through in batches.

    `targets` is {version id: {step: step}}; who stands elsewhere stays on their version. moving → moved, and when it is
    taken back undoing → undone; at most one of a journey is at work. `moved` counts enrolments.
    """

    __tablename__ = "journey_move"
    __table_args__ = (
        one_of("status", "moving", "moved", "undoing", "undone"),
        Index(
            "ix_journey_move_at_work",
            "definition_id",
            unique=True,
            postgresql_where=text("status IN ('moving', 'undoing')"),
        ),
    )

    definition_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))
    to_version_id: Mapped[int] = mapped_column(ForeignKey("definition_version.id"))
    targets: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(default="moving", server_default="moving")
    moved: Mapped[int] = mapped_column(default=0, server_default="0")
    asked_at: Mapped[dt.datetime]
    asked_by: Mapped[str]


class EnrolmentMove(Identified, OfPatient, Base):
    """Where one enrolment stood before a move, column by column, and where it landed."""

    __tablename__ = "enrolment_move"
    __table_args__ = (
        Index("ix_enrolment_move_once", "move_id", "enrolment_id", unique=True),
        Index("ix_enrolment_move_enrolment_id", "enrolment_id"),
    )

    move_id: Mapped[int] = mapped_column(ForeignKey("journey_move.id"))
    enrolment_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("enrolment.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("definition_version.id"))
    step: Mapped[str]
    stage: Mapped[str | None]
    visit: Mapped[int]
    step_entered_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime | None]
    waits_for: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    waiting_since: Mapped[dt.datetime | None]
    woken_by: Mapped[int | None]
    woken_kind: Mapped[str | None]
    answer: Mapped[str | None]
    to_step: Mapped[str]
    to_visit: Mapped[int]
    moved_at: Mapped[dt.datetime]
    undone_at: Mapped[dt.datetime | None]
