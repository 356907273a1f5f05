"""Takes back the tasks that safety clocks made, where what stood still has gone on, or no clock runs on it now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select, true, tuple_, update
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.clock_escalations import ClockEscalation
from journeys.store.events import emit
from journeys.store.tasks import OPEN_STATUSES, Task
from journeys.work.clocks.clock import clocks_in_force
from journeys.work.clocks.running import running

WENT_ON, WITHDRAWN = "went-on", "clock-withdrawn"
MANY = 500
TASK = Task.__tablename__


def stand_down(session: Session, act: Act, limit: int = MANY) -> int:
    """Cancel at most so many and return how many. Tasks of journeys, and those that people took on, are not touched."""
    chosen = no_longer_needed(session, act)
    patients = set(session.scalars(chosen.with_only_columns(Task.patient_id).limit(limit)))
    if not patients:
        audit.nothing_happened(session)
        return 0
    lock_lanes(session, {lane_of(patient) for patient in patients})
    locked = chosen.where(Task.patient_id.in_(patients)).with_for_update(of=Task)
    tasks: Sequence[Task] = session.scalars(locked.execution_options(populate_existing=True)).all()
    watched = asked_by_clocks_in_force(session, [task.id for task in tasks])
    for task in tasks:
        task.status = "cancelled"
        task.cancelled_reason = WENT_ON if task.id in watched else WITHDRAWN
    session.flush()
    ids = [task.id for task in tasks]
    forget_rungs(session, act, ids)
    happened = [
        {"patient_id": task.patient_id, "subject_kind": TASK, "subject_id": task.id, "outcome": task.cancelled_reason}
        for task in tasks
    ]
    emit(session, act, "task.cancelled", happened)
    audit.note(session, "U", TASK, ids, [task.patient_id for task in tasks], {"what": "task.cancelled"})
    return len(tasks)


def asked_by_clocks_in_force(session: Session, tasks: Sequence[int]) -> set[int]:
    """Those of the tasks that a clock which is still in force has made."""
    slugs = [clock.slug for clock in clocks_in_force(session)]
    made = select(ClockEscalation.task_id).where(ClockEscalation.task_id.in_(tasks), ClockEscalation.clock.in_(slugs))
    return {task for task in session.scalars(made) if task is not None}


def forget_rungs(session: Session, act: Act, tasks: Sequence[int]) -> None:
    """Mark the rungs that these tasks were made for, so that they may be climbed again."""
    theirs = ClockEscalation.task_id.in_(tasks), ClockEscalation.stood_down_at.is_(None)
    session.execute(update(ClockEscalation).where(*theirs).values(stood_down_at=act.now))


def no_longer_needed(session: Session, act: Act) -> Select[Any]:
    """SELECT the open tasks that clocks made about what no clock runs out on any more."""
    clocks = clocks_in_force(session)
    by_clock = exists().where(ClockEscalation.task_id == Task.id, ClockEscalation.subject_kind == Task.focus_kind)
    still: ColumnElement[bool] = true()
    if clocks:
        rows = running(clocks, act.now, act.now).subquery("running")
        standing = select(rows.c.subject_kind, rows.c.subject_id)
        still = tuple_(Task.focus_kind, Task.focus_id).not_in(standing)
    return (
        select(Task)
        .where(Task.status.in_(OPEN_STATUSES), Task.owner.is_(None), Task.enrolment_id.is_(None), by_clock, still)
        .order_by(Task.id)
    )
