"""Tasks that waited for the patient go on, with the time that was waited added to when they are due."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select, update
from sqlalchemy.orm import Session, aliased

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Stale
from journeys.store.organisation import Location
from journeys.store.tasks import ON_HOLD, Task, TaskQueue
from journeys.work.finding import open_task
from journeys.work.giving import lock_tasks
from journeys.work.service_time import counted_seconds, due_after

MOST = 500


def resume_task(
    session: Session,
    act: Act,
    uid: uuid.UUID,
    row_version: int | None = None,
    roles: Collection[str] | None = None,
) -> Task:
    """Somebody goes on with it. Stale where it does not wait."""
    task = open_task(session, uid, row_version, roles)
    if task.status != ON_HOLD:
        raise Stale("This task does not wait")
    go_on(session, act, [task.id])
    session.refresh(task)
    return task


def resume_tasks(session: Session, act: Act, limit: int = MOST) -> int:
    """How many went on by themselves, because all that may be waited is used up."""
    over = select(Task.id).where(Task.status == ON_HOLD, Task.paused_until <= act.now)
    ids = session.scalars(over.order_by(Task.paused_until, Task.id).limit(limit)).all()
    waiting = [task.id for task in lock_tasks(session, ids) if task.status == ON_HOLD]
    if not waiting:
        audit.nothing_happened(session)
        return 0
    return go_on(session, act, waiting)


def go_on(session: Session, act: Act, ids: Collection[int]) -> int:
    """Let these go on; whoever calls has locked them. They are due as much later as was waited, up to the limit."""
    session.flush()
    waited = waits(act).where(aliased_task.id.in_(ids)).subquery("waited").c
    values: dict[Any, Any] = {
        "status": case((Task.owner.is_(None), "requested"), else_="accepted"),
        "paused_seconds": Task.paused_seconds + waited.seconds,
        "due_at": waited.due_at,
        "paused_at": None,
        "paused_until": None,
        "row_version": Task.row_version + 1,
    }
    going = update(Task).where(Task.id == waited.id).values(values)
    rows = session.execute(going.returning(Task.id, Task.patient_id).execution_options(synchronize_session=False)).all()
    session.expire_all()
    audit.note(session, "U", "task", [row.id for row in rows], [row.patient_id for row in rows], {"what": "resumed"})
    return len(rows)


aliased_task = aliased(Task, name="waiting")


def waits(act: Act) -> Select:
    """SELECT of each task on hold the seconds that count for its waiting, and when it is due after them."""
    task = aliased_task
    calendar = func.coalesce(TaskQueue.calendar_id, Location.calendar_id)
    left = TaskQueue.pause_minutes * 60 - task.paused_seconds
    until = func.least(literal(act.now), task.paused_until)
    seconds: ColumnElement[Any] = func.greatest(0, func.least(counted_seconds(calendar, task.paused_at, until), left))
    return (
        select(task.id, seconds.label("seconds"), due_after(calendar, task.due_at, seconds).label("due_at"))
        .join(TaskQueue, TaskQueue.id == task.queue_id)
        .outerjoin(Location, Location.id == func.coalesce(TaskQueue.location_id, task.location_id))
    )
