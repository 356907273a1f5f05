"""Makes the tasks about things that stand still, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.events import emit
from journeys.store.tasks import Task
from journeys.work.clocks.clock import Clock


@dataclass(frozen=True)
class NewTask:
    """What a task is made of: the clock says what to do, the thing whose it is."""

    clock: Clock
    subject_id: int
    patient_id: int
    queue_id: int
    location_id: int | None
    priority: str


def make_tasks(session: Session, act: Act, wanted: Sequence[NewTask]) -> list[Task]:
    """The tasks, written and told, in the order in which they were asked for. Whoever calls this holds the lanes."""
    tasks = [
        Task(
            queue_id=each.queue_id,
            location_id=each.location_id,
            patient_id=each.patient_id,
            focus_kind=each.clock.kind.subject_kind(),
            focus_id=each.subject_id,
            title=each.clock.next_step,
            instructions=each.clock.name,
            outcomes=[],
            status="requested",
            priority=each.priority,
            created_at=act.now,
        )
        for each in wanted
    ]
    session.add_all(tasks)
    session.flush()
    about = Task.__tablename__
    happened = [{"patient_id": each.patient_id, "subject_kind": about, "subject_id": each.id} for each in tasks]
    emit(session, act, "task.created", happened)
    audit.note(session, "C", about, [each.id for each in tasks], [each.patient_id for each in tasks])
    return tasks
