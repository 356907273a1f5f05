"""A task waits for the patient: its clock stands still, for as long as its queue allows and no longer."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import BigInteger, DateTime, func, literal, select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem, Stale
from journeys.foundation.words import N_
from journeys.store.organisation import Location
from journeys.store.tasks import AT_ONCE, ON_HOLD, Task, TaskQueue
from journeys.work.finding import open_task
from journeys.work.service_time import due_after
from journeys.work.telling import note_change


def pause_task(
    session: Session,
    act: Act,
    uid: uuid.UUID,
    row_version: int | None = None,
    roles: Collection[str] | None = None,
) -> Task:
    """Return the task, on hold until the patient answers, somebody goes on with it, or `paused_until`, when all that
    may be waited for it is used up. Invalid when it is used up already, and for what asks for help at once."""
    task = open_task(session, uid, row_version, roles)
    if task.status == ON_HOLD:
        raise Stale("This task waits already")
    if task.priority == AT_ONCE:
        raise Invalid([Problem("pause", N_("Somebody asks for help at once: this is not put off."))])
    queue = session.get_one(TaskQueue, task.queue_id)
    left = queue.pause_minutes * 60 - task.paused_seconds
    if left <= 0:
        raise Invalid([Problem("pause", N_("It has waited for the patient as long as its queue allows."))])
    task.paused_until = session.scalar(after(task, act.now, left)) or act.now
    task.paused_at = act.now
    task.status = ON_HOLD
    note_change(session, task, "paused")
    return task


def after(task: Task, since: Any, seconds: Any) -> Any:
    """SELECT when so many seconds have counted for a task."""
    calendar = func.coalesce(TaskQueue.calendar_id, Location.calendar_id)
    return (
        select(due_after(calendar, literal(since, DateTime(timezone=True)), literal(seconds, BigInteger)))
        .select_from(TaskQueue)
        .outerjoin(Location, Location.id == func.coalesce(TaskQueue.location_id, task.location_id))
        .where(TaskQueue.id == task.queue_id)
    )
