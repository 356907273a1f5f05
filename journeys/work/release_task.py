"""Somebody gives a task back to its queue."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.store.tasks import Task
from journeys.work.finding import open_task
from journeys.work.telling import note_change


def release_task(
    session: Session,
    act: Act,
    uid: uuid.UUID,
    row_version: int | None = None,
    roles: Collection[str] | None = None,
) -> Task:
    """Let the task be nobody's again and return it; Forbidden when its queue asks for none of `roles`."""
    task = open_task(session, uid, row_version, roles)
    task.owner = None
    task.status = "requested"
    task.claimed_at = None
    note_change(session, task, "released")
    return task
