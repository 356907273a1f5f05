"""Climbs the ladders of clocks that ran out: a task is made, or the one there is raised or handed on; once a rung.

Tasks of journeys are left alone, and whoever has taken a task keeps it: another queue is asked by a task of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, or_, select, tuple_
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.clock_escalations import ClockEscalation
from journeys.store.tasks import OPEN_STATUSES, Task
from journeys.work.clocks.clock import Clock, clocks_in_force
from journeys.work.clocks.entities.base import PRIORITIES
from journeys.work.clocks.making import NewTask, make_tasks
from journeys.work.clocks.reaching import reached

MANY = 500
TASK = Task.__tablename__

Thing = tuple[str, int]
"""Kind and id of what stands still."""


def escalate(session: Session, act: Act, limit: int = MANY) -> int:
    """Climb at most so many rungs and return how many.

    Of several rungs on one thing, as of several clocks, one task comes, with the highest priority of them.
    """
    clocks = {clock.slug: clock for clock in clocks_in_force(session)}
    asked = reached(clocks.values(), act.now)
    rows = [] if asked is None else rungs_to_climb(session, asked, limit)
    if not rows:
        audit.nothing_happened(session)
        return 0
    things: dict[Thing, list[Any]] = {}
    for row in rows:
        things.setdefault((row.subject_kind, row.subject_id), []).append(row)
    tasks = tasks_about(session, things)
    raised = [thing for thing in things if thing in tasks]
    changed = [tasks[thing] for thing in raised]
    fresh = [thing for thing in things if thing not in tasks or asks_others(tasks[thing], things[thing])]
    for thing in raised:
        raise_task(tasks[thing], things[thing], clocks)
    made = make_tasks(session, act, [new_task(things[thing], clocks) for thing in fresh]) if fresh else []
    tasks |= dict(zip(fresh, made, strict=True))
    session.add_all(climbed(act, row, tasks) for row in rows)
    session.flush()
    if changed:
        ids = [task.id for task in changed]
        audit.note(session, "U", TASK, ids, [task.patient_id for task in changed], {"what": "escalated"})
    return len(rows)


def rungs_to_climb(session: Session, asked: Any, limit: int) -> Sequence[Any]:
    """What is reached, looked at again once the lanes of its patients are held."""
    rows = asked.subquery("reached")
    order = (rows.c.subject_kind, rows.c.subject_id, rows.c.clock, rows.c.rung)
    patients = set(session.scalars(select(rows.c.patient_id).order_by(*order).limit(limit)))
    if not patients:
        return []
    lock_lanes(session, {lane_of(patient) for patient in patients})
    return session.execute(select(rows).where(rows.c.patient_id.in_(patients)).order_by(*order)).all()


def tasks_about(session: Session, things: Mapping[Thing, Any]) -> dict[Thing, Task]:
    """The newest open task about each thing that is no journey's, locked; a task is about itself, whoever made it."""
    themselves = [number for kind, number in things if kind == TASK]
    about = tuple_(Task.focus_kind, Task.focus_id).in_([thing for thing in things if thing[0] != TASK])
    chosen = (
        select(Task)
        .where(or_(Task.id.in_(themselves), and_(Task.focus_kind.is_not(None), Task.enrolment_id.is_(None), about)))
        .where(Task.status.in_(OPEN_STATUSES))
        .order_by(Task.id)
        .with_for_update()
    )
    found: dict[Thing, Task] = {}
    for task in session.scalars(chosen.execution_options(populate_existing=True)):
        focus = (task.focus_kind, task.focus_id)
        if (TASK, task.id) in things:
            found[TASK, task.id] = task
        if focus in things and task.enrolment_id is None:
            found[focus[0] or "", focus[1] or 0] = task
    return found


def asks_others(task: Task, rows: Sequence[Any]) -> bool:
    """Whether the last rung names another queue than that of a task which somebody has: they keep it."""
    queue = queue_named(rows)
    is_itself = (rows[0].subject_kind, rows[0].subject_id) == (TASK, task.id)
    return task.owner is not None and queue not in (None, task.queue_id) and not is_itself


def queue_named(rows: Sequence[Any]) -> int | None:
    """The queue that the last rung to name one names."""
    return next((int(row.moves_to) for row in reversed(rows) if row.moves_to is not None), None)


def raise_task(task: Task, rows: Sequence[Any], clocks: Mapping[str, Clock]) -> None:
    """Give the task the priority of its rungs where that is higher; hand it to the queue that the last one names,
    unless somebody has it."""
    task.priority = max(task.priority, priority_of(rows, clocks), key=PRIORITIES.index)
    queue = queue_named(rows)
    if queue not in (None, task.queue_id) and not asks_others(task, rows):
        task.queue_id = queue
        task.owner = None
        task.claimed_at = None
        task.status = "requested"


def priority_of(rows: Sequence[Any], clocks: Mapping[str, Clock]) -> str:
    """The highest priority of some rungs, and never less than that of the thing itself."""
    asked = [clocks[row.clock].escalation[row.rung].priority for row in rows]
    return max(asked + [row.priority for row in rows], key=PRIORITIES.index)


def new_task(rows: Sequence[Any], clocks: Mapping[str, Clock]) -> NewTask:
    """The task of a thing that has none, or none in the queue that is asked: as its highest rung says."""
    named = [row for row in rows if row.moves_to is not None]
    last = max(named or rows, key=lambda row: (PRIORITIES.index(priority_of([row], clocks)), row.rung))
    priority = priority_of(rows, clocks)
    return NewTask(clocks[last.clock], last.subject_id, last.patient_id, last.queue_id, last.location_id, priority)


def climbed(act: Act, row: Any, tasks: Mapping[Thing, Task]) -> ClockEscalation:
    """That a rung was climbed."""
    return ClockEscalation(
        clock=row.clock,
        rung=row.rung,
        patient_id=row.patient_id,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        since=row.since,
        task_id=tasks[row.subject_kind, row.subject_id].id,
        at=act.now,
    )
