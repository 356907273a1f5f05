"""Tasks for messages of which nobody knows whether they left: a person finds out, nothing is sent twice by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Session

from journeys.contact.deciding.kept import is_one_of
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.contact import Message
from journeys.store.events import emit_from
from journeys.store.people import Patient
from journeys.store.tasks import OPEN_STATUSES, Task, TaskQueue

QUEUE = "messages"
"""The queue that such tasks go to where there is one; else the branch's own, else the first."""

ABOUT = Message.__tablename__
SETTLED = "settled"
TITLE = {"en": "Did this message arrive?", "es": "¿Llegó este mensaje?"}
INSTRUCTIONS = {
    "en": "The provider stopped answering while the message was sent. Find out whether it arrived, and say so in"
    " Messages. It is not sent again by itself.",
    "es": "El proveedor dejó de responder mientras se enviaba el mensaje. Averigüe si llegó y dígalo en Mensajes. No se"
    " envía otra vez por sí solo.",
}
OUTCOMES = [
    {"code": "done", "name": {"en": "Done", "es": "Hecho"}},
    {"code": "not-needed", "name": {"en": "Not needed any more", "es": "Ya no hace falta"}},
]
DUE_IN = dt.timedelta(days=1)


def ask_about(session: Session, act: Act, messages: Sequence[int]) -> int:
    """One task for each of these messages, unless it has an open one; how many were made."""
    return make_tasks(session, act, messages, TITLE, INSTRUCTIONS, "asap")


def make_tasks(
    session: Session,
    act: Act,
    messages: Sequence[int],
    title: dict[str, str],
    instructions: dict[str, str],
    priority: str,
    due_in: dt.timedelta = DUE_IN,
) -> int:
    """One task about each of these messages, of its patient, unless it has an open one; how many were made."""
    values: dict[str, Any] = {
        "queue_id": queue_for(Patient.managing_location_id),
        "location_id": Patient.managing_location_id,
        "patient_id": Message.patient_id,
        "focus_kind": literal(ABOUT),
        "focus_id": Message.id,
        "title": literal(title, JSONB),
        "instructions": literal(instructions, JSONB),
        "outcomes": literal(OUTCOMES, JSONB),
        "priority": literal(priority),
        "created_at": literal(act.now),
        "due_at": literal(act.now + due_in),
    }
    about = (
        select(*(value.label(name) for name, value in values.items()))
        .select_from(Message)
        .join(Patient, Patient.id == Message.patient_id)
        .where(is_one_of(messages), values["queue_id"].is_not(None), ~has_open_task())
        .order_by(Message.patient_id, Message.id)
    )
    statement = insert(Task).from_select(list(values), about, include_defaults=False)
    made = session.execute(statement.returning(Task.id, Task.patient_id)).all()
    if made:
        ids = [row.id for row in made]
        emit_from(session, act, "task.created", about_tasks(ids))
        audit.note(session, "C", Task.__tablename__, ids, [row.patient_id for row in made], {"about": ABOUT})
    return len(made)


def close_tasks(session: Session, act: Act, messages: Sequence[int]) -> None:
    """Cancel the open tasks about these messages: it is known what became of them."""
    mine = select(Message.patient_id).where(is_one_of(messages))
    statement = (
        update(Task)
        .where(
            Task.patient_id.in_(mine),
            Task.focus_kind == ABOUT,
            Task.focus_id.in_(messages),
            Task.enrolment_id.is_(None),
            Task.status.in_(OPEN_STATUSES),
        )
        .values(status="cancelled", cancelled_reason=SETTLED, row_version=Task.row_version + 1)
        .returning(Task.id, Task.patient_id)
    )
    closed = session.execute(statement.execution_options(synchronize_session=False)).all()
    if closed:
        ids = [row.id for row in closed]
        emit_from(session, act, "task.cancelled", about_tasks(ids))
        audit.note(session, "U", Task.__tablename__, ids, [row.patient_id for row in closed], {"cancelled": SETTLED})


def queue_for(location: Any) -> ColumnElement[Any]:
    """SQL: the queue for a task of a branch; NULL where there is none at all."""
    is_named = TaskQueue.slug == QUEUE
    is_own = func.coalesce(TaskQueue.location_id == location, False)
    serves = or_(TaskQueue.location_id.is_(None), TaskQueue.location_id == location)
    chosen = select(TaskQueue.id).where(TaskQueue.active, serves)
    return (
        chosen.order_by(is_named.desc(), is_own.desc(), TaskQueue.id)
        .limit(1)
        .correlate_except(TaskQueue)
        .scalar_subquery()
    )


def has_open_task() -> ColumnElement[bool]:
    """SQL: whether somebody is asked about a message already."""
    is_it = and_(Task.patient_id == Message.patient_id, Task.focus_kind == ABOUT, Task.focus_id == Message.id)
    return select(Task.id).where(is_it, Task.status.in_(OPEN_STATUSES)).correlate_except(Task).exists()


def about_tasks(ids: Sequence[int]) -> Any:
    """SELECT one event for each of these tasks."""
    return select(
        Task.patient_id,
        literal(Task.__tablename__).label("subject_kind"),
        Task.id.label("subject_id"),
        Task.enrolment_id,
    ).where(Task.id.in_(ids))
