"""Somebody takes the next task on: the most urgent that is nobody's, of the queues that are theirs to work on."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, func, or_, select, true
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.lanes import LOCK_CLASS, lane_of
from journeys.store.tasks import FREE, Task, TaskQueue
from journeys.work.finding import actor
from journeys.work.giving import give
from journeys.work.staff import has_skills

TRIES = 8
"""Whose patient somebody else is just working on is left to them, so often."""


def claim_next(
    session: Session, act: Act, queue: str | None = None, roles: Collection[str] | None = None
) -> Task | None:
    """The task, which is the actor's now; None where none is free. `queue` is a slug; None looks in every queue.

    Nobody waits for anybody: a task that another has locked, or whose patient's lane another holds, is passed over.
    """
    passed: list[int] = []
    for queue_id in mine(session, act, queue, roles):
        for _ in range(TRIES):
            found = session.execute(free_in(queue_id, passed)).one_or_none()
            if found is None:
                break
            if session.scalar(select(func.pg_try_advisory_xact_lock(LOCK_CLASS, lane_of(found.patient_id)))):
                give(session, act, {found.id: actor(act)}, "claimed")
                return session.get_one(Task, found.id)
            passed.append(found.id)
    audit.nothing_happened(session)
    return None


def mine(session: Session, act: Act, queue: str | None, roles: Collection[str] | None) -> list[int]:
    """The queues in which something is free for the actor, the one with the most urgent task first."""
    head = (
        select(Task.urgency, Task.due_at, Task.id.label("task_id"))
        .where(Task.queue_id == TaskQueue.id, FREE)
        .order_by(Task.urgency, Task.due_at, Task.id)
        .limit(1)
        .lateral("head")
    )
    chosen = select(TaskQueue.id).join(head, true()).where(TaskQueue.active, has_skills(actor(act), TaskQueue))
    if queue is not None:
        chosen = chosen.where(TaskQueue.slug == queue)
    if roles is not None:
        chosen = chosen.where(or_(TaskQueue.role_code.is_(None), TaskQueue.role_code.in_(roles)))
    return list(session.scalars(chosen.order_by(head.c.urgency, head.c.due_at, head.c.task_id)))


def free_in(queue_id: int, passed: Collection[int]) -> Select:
    """SELECT the first task of a queue that nobody has and nobody has locked; it is locked."""
    chosen = select(Task.id, Task.patient_id).where(Task.queue_id == queue_id, FREE)
    if passed:
        chosen = chosen.where(Task.id.not_in(passed))
    return chosen.order_by(Task.urgency, Task.due_at, Task.id).limit(1).with_for_update(skip_locked=True)
