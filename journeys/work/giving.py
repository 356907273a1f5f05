"""Gives many tasks to owners at once: one statement, with the conversations that name them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Text, case, func, literal, select, update
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.conversations import CLOSED, Conversation
from journeys.store.tasks import OPEN_STATUSES, Task

Owners = Mapping[int, str | None]
"""Task → its new owner; None gives it back to its queue."""


def lock_tasks(session: Session, ids: Sequence[int]) -> list[Task]:
    """These tasks, those that are still open, locked; the lanes of their patients first. In the order of their ids."""
    chosen = select(Task.patient_id).where(Task.id.in_(ids))
    lock_lanes(session, [lane_of(patient) for patient in session.scalars(chosen)])
    still = select(Task).where(Task.id.in_(ids), Task.status.in_(OPEN_STATUSES)).order_by(Task.id).with_for_update()
    return list(session.scalars(still.execution_options(populate_existing=True)))


def give(session: Session, act: Act, owners: Owners, what: str) -> int:
    """Give each task to its new owner; how many changed hands. Whoever calls has locked them."""
    if not owners:
        return 0
    session.flush()
    given = select(
        func.unnest(literal(list(owners), ARRAY(BigInteger))).label("id"),
        func.unnest(literal(list(owners.values()), ARRAY(Text))).label("owner"),
    ).subquery("given")
    waits = Task.status == "on-hold"
    values: dict[Any, Any] = {
        "owner": given.c.owner,
        "status": case((waits, Task.status), (given.c.owner.is_(None), "requested"), else_="accepted"),
        "claimed_at": case((given.c.owner.is_not(None), literal(act.now))),
        "row_version": Task.row_version + 1,
    }
    changing = update(Task).where(Task.id == given.c.id, Task.status.in_(OPEN_STATUSES)).values(values)
    changed = session.execute(
        changing.returning(Task.id, Task.patient_id).execution_options(synchronize_session=False)
    ).all()
    follow = update(Conversation).where(Conversation.task_id == given.c.id, Conversation.status != CLOSED)
    session.execute(
        follow.values(owner=given.c.owner, row_version=Conversation.row_version + 1).execution_options(
            synchronize_session=False
        )
    )
    rows = sorted(changed)
    session.expire_all()
    audit.note(session, "U", "task", [row.id for row in rows], [row.patient_id for row in rows], {"what": what})
    return len(rows)
