"""A task turns out not to be needed."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.ids import is_slug
from journeys.foundation.words import N_
from journeys.store.tasks import Task
from journeys.work.finding import open_task
from journeys.work.telling import tell


def cancel_task(
    session: Session,
    act: Act,
    uid: uuid.UUID,
    reason: str = "not-needed",
    row_version: int | None = None,
    roles: Collection[str] | None = None,
) -> Task:
    """Close the task undone, with a reason code (never free text), and return it; its journey goes on.

    Forbidden when its queue asks for none of `roles`.
    """
    if not is_slug(reason):
        raise Invalid([Problem("reason", N_("Use a short code, for example not-needed"))])
    task = open_task(session, uid, row_version, roles)
    task.status = "cancelled"
    task.cancelled_reason = reason
    tell(session, act, task, "task.cancelled", reason)
    return task
