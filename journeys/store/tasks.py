"""Work for people: queues and tasks, as FHIR Task."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Computed,
    DateTime,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    and_,
    case,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.secrets import Sealed
from journeys.foundation.tables import Base, Identified, Texts
from journeys.store.columns import OfPatient, RowVersioned, Withheld, one_of, together

TASK_STATUSES = (
    "draft",
    "requested",
    "received",
    "accepted",
    "rejected",
    "ready",
    "in-progress",
    "on-hold",
    "failed",
    "cancelled",
    "completed",
)
PRIORITIES = ("routine", "urgent", "asap", "stat")
OPEN_STATUSES = ("requested", "received", "accepted", "ready", "in-progress", "on-hold")

ON_HOLD = "on-hold"
AT_ONCE = "stat"
CLAIM, IN_TURNS, LEAST_LOADED = "claim", "round-robin", "least-loaded"
ASSIGNMENTS = (CLAIM, IN_TURNS, LEAST_LOADED)
"""Whoever takes it; each in turn; whoever has the least to do."""

URGENCIES = {"stat": 0, "asap": 1, "urgent": 2, "routine": 3}
"""Priority → how urgent it is; what is most urgent comes first."""

CASES = " ".join(f"WHEN '{name}' THEN {number}" for name, number in URGENCIES.items())
URGENCY = f"(CASE priority {CASES} ELSE 9 END)::smallint"
OPEN = "status IN ('requested','received','accepted','ready','in-progress','on-hold')"
NEVER_DUE = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
"""Where tasks without a due time stand in the order: last."""

STANDING = "COALESCE(due_at, '9999-01-01 00:00:00+00'::timestamp with time zone)"
ACTIVE = "status IN ('requested','received','accepted','ready','in-progress')"


class TaskQueue(Identified, RowVersioned, Base):
    """A list of work that a role of a branch shares; `calendar_id` says when its clock runs.

    What it promises to who writes: `response_minutes` of working time until somebody answers, `resolution_minutes`
    until the matter is settled; waiting for the patient does not count, up to `pause_minutes`. A case is shown as
    nearly late when `warn_percent` of the time is over. Who gets its tasks is said by `assignment`, among those who
    have all its `skills`; a task of it takes `effort_minutes` where nothing else is known.
    """

    __tablename__ = "task_queue"
    __table_args__ = (
        CheckConstraint(
            "least(response_minutes, resolution_minutes, pause_minutes + 1) > 0", name="promises_something"
        ),
        CheckConstraint("warn_percent BETWEEN 1 AND 100", name="warns_in_time"),
        CheckConstraint("effort_minutes > 0", name="takes_time"),
        one_of("assignment", *ASSIGNMENTS),
    )

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Texts]
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("business_calendar.id"))
    role_code: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    response_minutes: Mapped[int | None]
    resolution_minutes: Mapped[int | None]
    pause_minutes: Mapped[int] = mapped_column(default=1_440, server_default="1440")
    warn_percent: Mapped[int] = mapped_column(default=80, server_default="80")
    assignment: Mapped[str] = mapped_column(default=CLAIM, server_default=CLAIM)
    skills: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    effort_minutes: Mapped[int] = mapped_column(default=10, server_default="10")

    __mapper_args__ = {"version_id_col": RowVersioned.row_version}


class Task(Identified, OfPatient, RowVersioned, Withheld, Base):
    """One piece of work about one patient: what, whose, by when. `owner` is a username; null is the queue's.

    `title` and `outcomes` (`[{code, name: {language: text}}]`) come from the configuration; what staff write is sealed.
    A task that a journey made is unique per enrolment, step and visit: a step never asks twice.
    """

    __tablename__ = "task"
    __table_args__ = (
        one_of("status", *TASK_STATUSES),
        one_of("priority", *PRIORITIES),
        together("completed_at", "completed_by"),
        together("enrolment_id", "step", "visit"),
        together("focus_kind", "focus_id"),
        CheckConstraint("(status = 'completed') = (completed_at IS NOT NULL)", name="completed_when_done"),
        CheckConstraint("outcome IS NULL OR status = 'completed'", name="outcome_when_completed"),
        together("paused_at", "paused_until"),
        CheckConstraint("paused_seconds >= 0", name="paused_for"),
        CheckConstraint("effort_minutes > 0", name="takes_time"),
        Index("ix_task_of_step", "enrolment_id", "step", "visit", unique=True),
        Index(
            "ix_task_open",
            "queue_id",
            "due_at",
            postgresql_where=text(OPEN),
        ),
        Index("ix_task_standing", text(STANDING), "id", postgresql_where=text(OPEN)),
        Index(
            "ix_task_free",
            "queue_id",
            "urgency",
            "due_at",
            "id",
            postgresql_where=text(f"owner IS NULL AND {ACTIVE}"),
        ),
        Index("ix_task_paused", "paused_until", postgresql_where=text("status = 'on-hold'")),
        Index("ix_task_owner", "owner", "status"),
        Index("ix_task_patient", "patient_id", "created_at"),
        Index("ix_task_focus", "focus_kind", "focus_id", postgresql_where=text("focus_kind IS NOT NULL")),
    )

    queue_id: Mapped[int] = mapped_column(ForeignKey("task_queue.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    enrolment_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("enrolment.id"))
    step: Mapped[str | None]
    visit: Mapped[int | None]
    focus_kind: Mapped[str | None]
    focus_id: Mapped[int | None]
    title: Mapped[Texts]
    instructions: Mapped[Texts | None]
    outcomes: Mapped[list[Any]]
    status: Mapped[str] = mapped_column(default="requested", server_default="requested")
    priority: Mapped[str] = mapped_column(default="routine", server_default="routine")
    owner: Mapped[str | None]
    created_at: Mapped[dt.datetime]
    claimed_at: Mapped[dt.datetime | None]
    due_at: Mapped[dt.datetime | None]
    completed_at: Mapped[dt.datetime | None]
    completed_by: Mapped[str | None]
    outcome: Mapped[str | None]
    cancelled_reason: Mapped[str | None]
    note_sealed: Mapped[bytes | None]
    effort_minutes: Mapped[int | None]
    paused_at: Mapped[dt.datetime | None]
    paused_until: Mapped[dt.datetime | None]
    paused_seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    urgency: Mapped[int] = mapped_column(SmallInteger, Computed(URGENCY, persisted=True))

    note = Sealed()

    __mapper_args__ = {"version_id_col": RowVersioned.row_version}


def urgency_of(priority: Any) -> ColumnElement[int]:
    """SQL: how urgent a priority is; 0 comes first."""
    return case(*[(priority == name, number) for name, number in URGENCIES.items()])


DUE: ColumnElement[dt.datetime] = literal_column(STANDING.replace("due_at", "task.due_at"), DateTime(timezone=True))
"""SQL: where an open task stands in a list by due times."""

FREE: ColumnElement[bool] = and_(Task.owner.is_(None), literal_column(f"task.{ACTIVE}"))
"""SQL: whether somebody may take a task: nobody has it, and it waits for nobody."""

IS_OPEN: ColumnElement[bool] = literal_column(f"task.{OPEN}")
"""SQL: whether a task is still to be done; said as the indexes say it."""
