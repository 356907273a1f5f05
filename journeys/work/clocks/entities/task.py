"""Tasks: work that somebody was asked for, past the time it was promised for."""

from __future__ import annotations

from sqlalchemy import and_

from journeys.foundation.words import N_
from journeys.store.tasks import OPEN_STATUSES, Task
from journeys.work.clocks.entities.base import Entity, State

IS_OPEN = Task.status.in_(OPEN_STATUSES)


class OpenTask(Entity):
    """A task of a queue."""

    label = N_("Tasks")
    table = Task
    location_id = Task.location_id
    owner = Task.owner
    queue_id = Task.queue_id
    priority = Task.priority
    title = Task.title
    is_work = True
    states = {
        "due": State(
            N_("to be done by its time"),
            lambda now: and_(IS_OPEN, Task.due_at.is_not(None)),
            lambda now: Task.due_at,
            of_deceased=True,
        ),
        "unclaimed": State(
            N_("taken by nobody"),
            lambda now: and_(IS_OPEN, Task.owner.is_(None)),
            lambda now: Task.created_at,
            of_deceased=True,
        ),
    }
