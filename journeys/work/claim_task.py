"""Somebody takes a task of their queue on."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.foundation.errors import Stale
from journeys.store.tasks import Task
from journeys.work.finding import actor, open_task
from journeys.work.telling import note_change


def claim_task(
    session: Session,
    act: Act,
    uid: uuid.UUID,
    row_version: int | None = None,
    roles: Collection[str] | None = None,
) -> Task:
    """Make the task the actor's own and return it; claiming one's own again changes nothing.

    Stale when somebody else has it: taking over is `assign_task`. Forbidden when its queue asks for none of `roles`.
    """
    task = open_task(session, uid, row_version, roles)
    if task.owner == actor(act):
        return task
    if task.owner is not None:
        raise Stale("Somebody else has taken this task")
    task.owner = actor(act)
    task.status = "accepted"
    task.claimed_at = act.now
    note_change(session, task, "claimed")
    return task
