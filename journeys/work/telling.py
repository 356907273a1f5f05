"""Tells whoever waits what became of a task."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.events import emit
from journeys.store.tasks import Task


def tell(session: Session, act: Act, task: Task, kind: str, outcome: str | None) -> None:
    """Emit one event about a task and note the change."""
    session.flush()
    happened = {
        "patient_id": task.patient_id,
        "subject_kind": Task.__tablename__,
        "subject_id": task.id,
        "enrolment_id": task.enrolment_id,
        "outcome": outcome,
    }
    emit(session, act, kind, [happened])
    note_change(session, task, kind)


def note_change(session: Session, task: Task, what: str) -> None:
    """Note for the audit that a task was changed."""
    session.flush()
    audit.note(session, "U", "task", [task.id], [task.patient_id], {"what": what})
