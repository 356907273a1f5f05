"""Somebody takes on what stands still: the task about it becomes theirs, and is made where there is none.

The thing stays on the board: only its own facts take it from there.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing, Stale
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.tasks import OPEN_STATUSES, Task
from journeys.work.clocks.clock import Clock, clocks_in_force
from journeys.work.clocks.making import NewTask, make_tasks
from journeys.work.clocks.running import running
from journeys.work.clocks.safety_board import SOON
from journeys.work.finding import actor
from journeys.work.telling import note_change


def take_on(session: Session, act: Act, clock: str, subject_id: int) -> Task:
    """The task, the actor's own from now on. Missing when no such thing stands on the board of the act's branches;
    Stale when somebody else has its task."""
    watching = {each.slug: each for each in clocks_in_force(session)}.get(clock)
    if watching is None:
        raise Missing("There is no such clock")
    rows = running([watching], act.now, act.now + SOON).subquery("running")
    standing = select(rows.c.patient_id, rows.c.queue_id, rows.c.location_id, rows.c.priority).where(
        rows.c.subject_id == subject_id
    )
    found = session.execute(standing).one_or_none()
    if found is None:
        raise Missing("Nothing of this stands still")
    lock_lanes(session, [lane_of(found.patient_id)])
    task = task_about(session, watching, subject_id)
    if task is None and found.queue_id is None:
        raise Stale("The queue of this clock is no longer there")
    if task is None:
        [task] = make_tasks(session, act, [new_task(watching, subject_id, found)])
    if task.owner not in (None, actor(act)):
        raise Stale("Somebody else has taken this on")
    task.owner = actor(act)
    task.status = "accepted"
    task.claimed_at = act.now
    note_change(session, task, "claimed")
    return task


def task_about(session: Session, clock: Clock, subject_id: int) -> Task | None:
    """The newest open task about a thing, locked; a task is about itself."""
    kind = clock.kind.subject_kind()
    about = Task.id == subject_id if clock.kind.is_work else (Task.focus_kind == kind) & (Task.focus_id == subject_id)
    chosen = select(Task).where(about, Task.status.in_(OPEN_STATUSES)).order_by(Task.id.desc()).limit(1)
    return session.scalar(chosen.with_for_update())


def new_task(clock: Clock, subject_id: int, row: object) -> NewTask:
    """What is to be made of a row of a clock."""
    return NewTask(clock, subject_id, row.patient_id, row.queue_id, row.location_id, row.priority)  # type: ignore[attr-defined]
