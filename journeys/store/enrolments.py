"""Where patients stand: members of segments, enrolments in journeys, and the history of every step they took."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    Sequence,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base, Identified
from journeys.store.columns import OfPatient, in_order, one_of, together

HISTORY_ID = Sequence("enrolment_history_id_seq", metadata=Base.metadata)
ENROLMENT_STATUSES = ("active", "on-hold", "completed", "revoked", "entered-in-error")


class SegmentMember(OfPatient, Base):
    """When a patient entered a segment and when they left it; at most one open stay per patient and segment."""

    __tablename__ = "segment_member"
    __table_args__ = (
        PrimaryKeyConstraint("segment_id", "patient_id", "entered_at"),
        in_order("entered_at", "left_at"),
        Index(
            "ix_segment_member_open", "segment_id", "patient_id", unique=True, postgresql_where=text("left_at IS NULL")
        ),
        Index(
            "ix_segment_member_entered",
            "segment_id",
            "entered_at",
            "patient_id",
            postgresql_where=text("left_at IS NULL"),
        ),
        Index(
            "ix_segment_member_left",
            "segment_id",
            "left_at",
            "patient_id",
            postgresql_where=text("left_at IS NOT NULL"),
        ),
        Index("ix_segment_member_left_at", "left_at", postgresql_where=text("left_at IS NOT NULL")),
    )

    segment_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))
    entered_at: Mapped[dt.datetime]
    left_at: Mapped[dt.datetime | None]


class Enrolment(Identified, OfPatient, Base):
    """A patient in one version of a journey, about at most one record (the focus: an appointment, a care plan
    activity, …).

    `step` is where they stand, `due_at` when that step is to be looked at next: the one column that everything waits
    in.
    `waits_for` are the event kinds that end the wait early, counted from `waiting_since`; `woken_by` is the event
    that did.
    `woken_kind` and `answer` are that event's kind and outcome, `exit_port` the way out that was decided.
    `visit` counts arrivals at steps, so that a step taken twice is two things. Status is FHIR CarePlan's: completed for
    the end or the goal, revoked for an exit.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        one_of("status", *ENROLMENT_STATUSES),
        together("ended_at", "ended_reason"),
        CheckConstraint("(status IN ('active', 'on-hold')) = (ended_at IS NULL)", name="ended_when_not_active"),
        CheckConstraint("(step IS NULL) = (ended_at IS NOT NULL)", name="stands_somewhere_until_ended"),
        CheckConstraint("due_at IS NULL OR ended_at IS NULL", name="ended_is_not_due"),
        CheckConstraint("lane = patient_id & 255", name="lane_of_patient"),
        together("focus_kind", "focus_id"),
        # with the id: many are due at the same moment, and those who come first are claimed without sorting all of them
        Index("ix_enrolment_due", "due_at", "id", postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_enrolment_patient", "patient_id", "version_id"),
        Index("ix_enrolment_waiting", "patient_id", postgresql_where=text("waits_for IS NOT NULL")),
        Index("ix_enrolment_entered", "definition_id", "entered_at"),
        Index("ix_enrolment_version_step", "version_id", "step", postgresql_where=text("ended_at IS NULL")),
        Index(
            "ix_enrolment_one_active",
            "definition_id",
            "patient_id",
            text("coalesce(focus_id, 0)"),
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        {"postgresql_with": {"fillfactor": "80"}},
    )

    # without an index of its own: ix_enrolment_patient begins with it, and every move writes every index anew
    patient_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("patient.id"))
    definition_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("definition_version.id"))
    lane: Mapped[int] = mapped_column(SmallInteger)
    focus_kind: Mapped[str | None]
    focus_id: Mapped[int | None]
    status: Mapped[str] = mapped_column(default="active", server_default="active")
    step: Mapped[str | None]
    stage: Mapped[str | None]
    visit: Mapped[int] = mapped_column(default=1, server_default="1")
    entered_at: Mapped[dt.datetime]
    entered_by: Mapped[str]
    step_entered_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime | None]
    waits_for: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    waiting_since: Mapped[dt.datetime | None]
    woken_by: Mapped[int | None]
    woken_kind: Mapped[str | None]
    answer: Mapped[str | None]
    exit_port: Mapped[str | None]
    ended_at: Mapped[dt.datetime | None]
    ended_reason: Mapped[str | None]


class EnrolmentHistory(Base):
    """One row per step left: which, by which port, when entered and left, woken by which event. Partitioned by month
    of `left_at`."""

    __tablename__ = "enrolment_history"
    __table_args__ = (
        PrimaryKeyConstraint("id", "left_at"),
        Index("ix_enrolment_history_enrolment", "enrolment_id", "visit"),
        Index("ix_enrolment_history_patient", "patient_id", "left_at"),
        {"postgresql_partition_by": "RANGE (left_at)"},
    )

    id: Mapped[int] = mapped_column(BigInteger, HISTORY_ID, server_default=HISTORY_ID.next_value())
    enrolment_id: Mapped[int]
    patient_id: Mapped[int]
    version_id: Mapped[int]
    step: Mapped[str]
    stage: Mapped[str | None]
    visit: Mapped[int]
    port: Mapped[str]
    entered_at: Mapped[dt.datetime]
    left_at: Mapped[dt.datetime]
    woken_by: Mapped[int | None]
    act: Mapped[str]
