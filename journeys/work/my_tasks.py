"""What there is to do: open tasks by when they are due, page by page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, DateTime, cast, literal, select, tuple_
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.tasks import DUE, IS_OPEN, NEVER_DUE, Task, TaskQueue
from journeys.work.finding import actor

Whose = Literal["mine", "unclaimed", "everyone"]


@dataclass(frozen=True)
class TaskPage:
    """Tasks by due time; `after` is given back to get the next page, None when there is none."""

    tasks: Sequence[Task]
    after: tuple[dt.datetime, int] | None


def my_tasks(
    session: Session,
    act: Act,
    whose: Whose = "mine",
    queue: str | None = None,
    roles: Collection[str] | None = None,
    overdue: bool = False,
    after: tuple[dt.datetime, int] | None = None,
    limit: int = 50,
) -> TaskPage:
    """Open tasks of the act's branches, the longest due first; the list that was shown is noted for the audit.

    `queue` is a slug; `roles` narrows to queues of these role codes and of no role; `overdue` to what was due by now.
    """
    chosen = (
        select(Task)
        .join(TaskQueue, TaskQueue.id == Task.queue_id)
        .where(IS_OPEN, *narrowed(act, whose, queue, roles))
        .order_by(DUE, Task.id)
        .limit(limit + 1)
    )
    if overdue:
        chosen = chosen.where(Task.due_at < act.now)
    if after is not None:
        chosen = chosen.where(tuple_(DUE, Task.id) > tuple_(cast(literal(after[0]), DateTime(timezone=True)), after[1]))
    found = session.scalars(chosen).all()
    shown = found[:limit]
    audit.note(session, "R", "task", [task.id for task in shown], [task.patient_id for task in shown])
    return TaskPage(shown, place_of(shown[-1]) if len(found) > limit else None)


def narrowed(act: Act, whose: Whose, queue: str | None, roles: Collection[str] | None) -> list[ColumnElement[bool]]:
    """The conditions that the filters ask for."""
    conditions: list[Any] = []
    if whose == "mine":
        conditions.append(Task.owner == actor(act))
    elif whose == "unclaimed":
        conditions.append(Task.owner.is_(None))
    if queue is not None:
        conditions.append(TaskQueue.slug == queue)
    if roles is not None:
        conditions.append(TaskQueue.role_code.is_(None) | TaskQueue.role_code.in_(roles))
    return conditions


def place_of(task: Task) -> tuple[dt.datetime, int]:
    """Where a task stands in the order."""
    return (task.due_at or NEVER_DUE, task.id)
