"""Brings a held message before staff, where a rule says that they can mend what holds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Session

from journeys.contact.deciding.kept import is_one_of
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.contact import Message, MessageCandidate
from journeys.store.events import emit_from
from journeys.store.people import Patient
from journeys.store.tasks import OPEN_STATUSES, Task, TaskQueue

TITLE = {
    "en": "A message is held: complete the record",
    "es": "Hay un mensaje retenido: complete la ficha",
}
OUTCOMES = [
    {"code": "done", "name": {"en": "Done", "es": "Hecho"}},
    {"code": "not-possible", "name": {"en": "Not possible", "es": "No es posible"}},
]
FOCUS = "message"


def ask_staff(session: Session, act: Act, held: Sequence[int]) -> None:
    """One open task for a patient of whose held messages a rule asks staff; without any queue there is none.

    The messages stay in the ledger with their reason, whether somebody is asked or not.
    """
    if not held:
        return
    values = columns(act)
    about = asked(held, values)
    # the defaults of the database, row by row: one from Python (a uid) would be the same for every row
    statement = insert(Task).from_select(list(values), about, include_defaults=False)
    made = session.execute(statement.returning(Task.id, Task.patient_id)).all()
    if made:
        ids = [row.id for row in made]
        emit_from(session, act, "task.created", about_tasks(ids))
        audit.note(session, "C", "task", ids, [row.patient_id for row in made])


def about_tasks(ids: Sequence[int]) -> Select[Any]:
    """SELECT one event for each of these tasks."""
    told: tuple[Any, ...] = (Task.patient_id, literal("task").label("subject_kind"), Task.id.label("subject_id"))
    return select(*told).where(Task.id.in_(ids))


def columns(act: Act) -> dict[str, Any]:
    """SQL: what a task says."""
    return {
        "queue_id": queue_of(Patient.managing_location_id),
        "location_id": Patient.managing_location_id,
        "patient_id": Message.patient_id,
        "focus_kind": literal(FOCUS),
        "focus_id": func.min(Message.id),
        "title": literal(TITLE, JSONB),
        "outcomes": literal(OUTCOMES, JSONB),
        "created_at": literal(act.now),
    }


def asked(held: Sequence[int], values: dict[str, Any]) -> Select[Any]:
    """SELECT one task for each patient who has none of this kind open."""
    asks = (
        select(MessageCandidate.id)
        .where(
            MessageCandidate.message_id == Message.id,
            MessageCandidate.decided_at == Message.decided_at,
            MessageCandidate.verdict == "human-task",
        )
        .exists()
    )
    is_open = (
        select(Task.id)
        .where(Task.patient_id == Message.patient_id, Task.focus_kind == FOCUS, Task.status.in_(OPEN_STATUSES))
        .exists()
    )
    return (
        select(*(value.label(name) for name, value in values.items()))
        .select_from(Message)
        .join(Patient, Patient.id == Message.patient_id)
        .where(is_one_of(held), asks, ~is_open, queue_of(Patient.managing_location_id).is_not(None))
        .group_by(Message.patient_id, Patient.managing_location_id)
    )


def queue_of(location_id: Any) -> ColumnElement[Any]:
    """SQL: the queue of a branch, else one of the whole organisation; the oldest of several."""
    return (
        select(TaskQueue.id)
        .where(TaskQueue.active, or_(TaskQueue.location_id == location_id, TaskQueue.location_id.is_(None)))
        .order_by(TaskQueue.location_id.is_(None), TaskQueue.id)
        .limit(1)
        .correlate(Patient)
        .scalar_subquery()
    )
