"""Finds one open task to change, with its patient's lane held, as somebody read it."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.foundation.errors import Forbidden, Missing, Stale
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.tasks import OPEN_STATUSES, Task, TaskQueue

USER = "user:"


def open_task(
    session: Session, uid: uuid.UUID, row_version: int | None = None, roles: Collection[str] | None = None
) -> Task:
    """The task, locked. Missing when there is none in this scope; Stale when it is closed or was changed since.

    `roles` are the codes of the roles of whoever asks: Forbidden when the task's queue is another role's. None asks
    for no role.

    The lane comes first: advance holds it while it looks at the very task.
    """
    patient_id = session.scalar(select(Task.patient_id).where(Task.uid == uid))
    if patient_id is None:
        raise Missing("There is no such task")
    lock_lanes(session, [lane_of(patient_id)])
    chosen = select(Task).where(Task.uid == uid).with_for_update()
    task = session.scalars(chosen.execution_options(populate_existing=True)).one()
    refuse_other_roles(session, task, roles)
    if row_version is not None and task.row_version != row_version:
        raise Stale("Somebody else changed this task first")
    if task.status not in OPEN_STATUSES:
        raise Stale("This task is closed already")
    return task


def refuse_other_roles(session: Session, task: Task, roles: Collection[str] | None) -> None:
    """Forbidden when the task's queue belongs to a role that is not among these."""
    if roles is None:
        return
    needed = session.scalar(select(TaskQueue.role_code).where(TaskQueue.id == task.queue_id))
    if needed is not None and needed not in roles:
        raise Forbidden("This task belongs to the queue of another role")


def actor(act: Act) -> str:
    """The name by which somebody owns tasks: the username, without `user:`."""
    return act.by.removeprefix(USER)
