"""A task is given to somebody, whoever had it."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.organisation import Practitioner
from journeys.store.tasks import Task
from journeys.work.finding import open_task
from journeys.work.telling import note_change


def assign_task(
    session: Session,
    act: Act,
    uid: uuid.UUID,
    owner: str,
    row_version: int | None = None,
    roles: Collection[str] | None = None,
) -> Task:
    """Give the task to the member of staff with this username and return it; Invalid when there is none.

    `roles` are those of whoever gives it: Forbidden when its queue asks for none of them.
    """
    known = select(Practitioner.id).where(Practitioner.username == owner, Practitioner.active)
    if session.scalar(known) is None:
        raise Invalid([Problem("owner", N_("There is no member of staff %(owner)s"), {"owner": owner})])
    task = open_task(session, uid, row_version, roles)
    task.owner = owner
    task.status = "accepted"
    task.claimed_at = act.now
    note_change(session, task, "assigned")
    return task
