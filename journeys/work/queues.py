"""The queues and how much waits in each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.foundation.tables import Texts
from journeys.store.tasks import OPEN_STATUSES, Task, TaskQueue


@dataclass(frozen=True)
class QueueLoad:
    """One queue: how many open tasks of the act's branches it holds, unclaimed and overdue ones among them."""

    slug: str
    name: Texts
    waiting: int
    unclaimed: int
    overdue: int


def queues(session: Session, act: Act, roles: Collection[str] | None = None) -> list[QueueLoad]:
    """Every active queue by slug; `roles` narrows to queues of these role codes and of no role."""
    is_open = Task.status.in_(OPEN_STATUSES)
    chosen = (
        select(
            TaskQueue.slug,
            TaskQueue.name,
            func.count(Task.id),
            func.count(Task.id).filter(Task.owner.is_(None)),
            func.count(Task.id).filter(Task.due_at < act.now),
        )
        .outerjoin(Task, and_(Task.queue_id == TaskQueue.id, is_open))
        .where(TaskQueue.active)
        .group_by(TaskQueue.id)
        .order_by(TaskQueue.slug)
    )
    if roles is not None:
        chosen = chosen.where(TaskQueue.role_code.is_(None) | TaskQueue.role_code.in_(roles))
    return [QueueLoad(*row) for row in session.execute(chosen)]
