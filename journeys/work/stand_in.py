"""What belongs to somebody who is away goes to whoever stands in for them, else back to its queue."""

from __future__ import annotations

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.organisation import Practitioner
from journeys.store.staffing import StaffAbsence
from journeys.store.tasks import OPEN_STATUSES, Task, TaskQueue
from journeys.work.giving import give, lock_tasks
from journeys.work.staff import is_away, may_have

MOST = 500


def stand_in(session: Session, act: Act, limit: int = MOST) -> int:
    """How many tasks changed hands. A stand-in who is away too, has left or may not work on the queue gets nothing."""
    wanted = {row.id: (row.owner, row.stand_in) for row in session.execute(left_behind(act, limit))}
    tasks = lock_tasks(session, list(wanted))
    owners = {task.id: wanted[task.id][1] for task in tasks if task.owner == wanted[task.id][0]}
    if not owners:
        audit.nothing_happened(session)
        return 0
    return give(session, act, owners, "stood-in")


def left_behind(act: Act, limit: int) -> Select:
    """SELECT the open tasks of those who are away, with their owner and who may stand in."""
    away = StaffAbsence
    fits = may_have(away.stand_in, TaskQueue, Task.location_id, act.now.date())
    known = select(Practitioner.id).where(Practitioner.username == away.stand_in, Practitioner.active).exists()
    who = case((fits & known & ~is_away(away.stand_in, act.now), away.stand_in))
    return (
        select(Task.id, Task.owner, func.max(who).label("stand_in"))
        .join(away, away.username == Task.owner)
        .join(TaskQueue, TaskQueue.id == Task.queue_id)
        .where(away.from_at <= act.now, away.until_at > act.now, Task.status.in_(OPEN_STATUSES))
        .group_by(Task.id)
        .order_by(Task.id)
        .limit(limit)
    )
