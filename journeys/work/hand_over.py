"""Somebody hands what they have over to a colleague: looked at first, then all of it at once."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.organisation import Practitioner
from journeys.store.tasks import OPEN_STATUSES, Task, TaskQueue
from journeys.work.finding import actor
from journeys.work.giving import give, lock_tasks
from journeys.work.staff import may_have

MOST = 1_000


def hand_over(session: Session, act: Act, colleague: str, looked_at: Collection[int]) -> int:
    """How many tasks the colleague has now: those of the ones that were looked at which are still the actor's, and
    which the colleague may work on. Invalid where there is no such colleague."""
    refuse_unknown(session, act, colleague)
    fit = select(Task.id).join(TaskQueue, TaskQueue.id == Task.queue_id).where(Task.id.in_(list(looked_at)[:MOST]))
    fit = fit.where(may_have(colleague, TaskQueue, Task.location_id, act.now.date()))
    tasks = lock_tasks(session, session.scalars(fit.order_by(Task.id)).all())
    return give(session, act, {task.id: colleague for task in tasks if task.owner == actor(act)}, "handed-over")


def to_hand_over(session: Session, act: Act, colleague: str) -> tuple[list[Task], list[Task]]:
    """The actor's open tasks: those that the colleague may have, and those that stay."""
    refuse_unknown(session, act, colleague)
    fits = may_have(colleague, TaskQueue, Task.location_id, act.now.date())
    chosen = (
        select(Task, fits.label("fits"))
        .join(TaskQueue, TaskQueue.id == Task.queue_id)
        .where(Task.owner == actor(act), Task.status.in_(OPEN_STATUSES))
        .order_by(Task.due_at, Task.id)
        .limit(MOST)
    )
    rows = session.execute(chosen).all()
    return [row.Task for row in rows if row.fits], [row.Task for row in rows if not row.fits]


def refuse_unknown(session: Session, act: Act, colleague: str) -> None:
    """Invalid for oneself, and for whoever does not work here."""
    known = select(Practitioner.id).where(Practitioner.username == colleague, Practitioner.active)
    if colleague == actor(act) or session.scalar(known) is None:
        raise Invalid([Problem("colleague", N_("Choose a colleague who works here"))])
