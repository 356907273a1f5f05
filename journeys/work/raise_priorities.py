"""Tasks about patients of some segments come first: their priority is raised, never lowered."""

from __future__ import annotations

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.enrolments import SegmentMember
from journeys.store.staffing import QueuePriority
from journeys.store.tasks import OPEN_STATUSES, Task, urgency_of
from journeys.work.giving import lock_tasks

MOST = 500


def raise_priorities(session: Session, act: Act, limit: int = MOST) -> int:
    """How many tasks are more urgent now, by what their queue says of their patients' segments."""
    wanted = {row.id: row.priority for row in session.execute(to_raise(limit))}
    tasks = lock_tasks(session, list(wanted))
    for task in tasks:
        task.priority = wanted[task.id]
    if not tasks:
        audit.nothing_happened(session)
        return 0
    session.flush()
    ids, patients = [task.id for task in tasks], [task.patient_id for task in tasks]
    audit.note(session, "U", "task", ids, patients, {"what": "priority"})
    return len(tasks)


def to_raise(limit: int) -> Select:
    """SELECT the open tasks that are less urgent than their queue wants them, with the most urgent of what it says."""
    rule, member = QueuePriority, SegmentMember
    most = func.min(urgency_of(rule.priority))
    named = func.max(rule.priority).filter(rule.priority == "asap")
    return (
        select(Task.id, func.coalesce(named, "urgent").label("priority"))
        .join(rule, rule.queue_id == Task.queue_id)
        .join(member, (member.segment_id == rule.segment_id) & (member.patient_id == Task.patient_id))
        .where(member.left_at.is_(None), Task.status.in_(OPEN_STATUSES))
        .group_by(Task.id)
        .having(most < Task.urgency)
        .order_by(Task.id)
        .limit(limit)
    )
