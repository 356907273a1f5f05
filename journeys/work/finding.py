"""Finds one open task to change, with its patient's lane held, as somebody read it."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing, Stale
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.tasks import OPEN_STATUSES, Task

USER = "user:"


def open_task(session: Session, uid: uuid.UUID, row_version: int | None = None) -> Task:
    """The task, locked. Missing when there is none in this scope; Stale when it is closed or was changed since.

    The lane comes first: advance holds it while it looks at the very task.
    """
    patient_id = session.scalar(select(Task.patient_id).where(Task.uid == uid))
    if patient_id is None:
        raise Missing("There is no such task")
    lock_lanes(session, [lane_of(patient_id)])
    chosen = select(Task).where(Task.uid == uid).with_for_update()
    task = session.scalars(chosen.execution_options(populate_existing=True)).one()
    if row_version is not None and task.row_version != row_version:
        raise Stale("Somebody else changed this task first")
    if task.status not in OPEN_STATUSES:
        raise Stale("This task is closed already")
    return task


def actor(act: Act) -> str:
    """The name by which somebody owns tasks: the username, without `user:`."""
    return act.by.removeprefix(USER)
