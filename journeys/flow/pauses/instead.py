"""Makes tasks for staff in the place of messages that came too late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import literal, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Session

from journeys.flow.pauses.choices import Choice
from journeys.flow.running.relation import one_of_ids
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.tables import Texts
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment
from journeys.store.events import emit_from
from journeys.store.people import Patient
from journeys.store.tasks import Task, TaskQueue

TITLE = {"en": "Not sent: {name}", "es": "No enviado: {name}"}
INSTRUCTIONS = {
    "en": "The journey was paused when this message was due. Reach the patient another way, if it still matters.",
    "es": "El recorrido estaba en pausa cuando tocaba este mensaje. Contacte de otro modo, si todavía importa.",
}
OUTCOMES = [
    {"code": "done", "name": {"en": "Done", "es": "Hecho"}},
    {"code": "not-needed", "name": {"en": "Not needed any more", "es": "Ya no hace falta"}},
]


def make_tasks(session: Session, act: Act, choice: Choice, name: Texts, messages: Sequence[int]) -> int:
    """One task for each of these messages that is of the choice's step, and return how many.

    The key of the message's step and visit lets there be one and no second.
    """
    days = dt.timedelta(days=choice.days or 0)
    queue = select(TaskQueue.id).where(TaskQueue.slug == choice.queue).scalar_subquery()
    values: dict[str, Any] = {
        "queue_id": queue,
        "location_id": Patient.managing_location_id,
        "patient_id": Message.patient_id,
        "enrolment_id": Message.enrolment_id,
        "step": Message.step,
        "visit": Message.visit,
        "focus_kind": Message.focus_kind,
        "focus_id": Message.focus_id,
        "title": literal(titled(name), JSONB),
        "instructions": literal(INSTRUCTIONS, JSONB),
        "outcomes": literal(OUTCOMES, JSONB),
        "created_at": literal(act.now),
        "due_at": literal(act.now + days),
    }
    about = (
        select(*(value.label(name) for name, value in values.items()))
        .select_from(Message)
        .join(Enrolment, Enrolment.id == Message.enrolment_id)
        .join(Patient, Patient.id == Message.patient_id)
        .where(one_of_ids(Message.id, messages), Message.step == choice.step, Enrolment.version_id == choice.version_id)
        .order_by(Message.patient_id)
    )
    # the defaults of the database, row by row: one from Python (a uid) would be the same for every row
    statement = insert(Task).from_select(list(values), about, include_defaults=False)
    made = session.execute(statement.on_conflict_do_nothing().returning(Task.id, Task.patient_id)).all()
    if made:
        ids = [row.id for row in made]
        emit_from(session, act, "task.created", about_tasks(ids))
        audit.note(session, "C", "task", ids, [row.patient_id for row in made], {"instead of": choice.step})
    return len(made)


def titled(name: Texts) -> dict[str, str]:
    """The title in every language in which the step has a name."""
    return {language: TITLE.get(language, TITLE["en"]).format(name=text) for language, text in name.items()}


def about_tasks(ids: Sequence[int]) -> Any:
    """SELECT one event for each of these tasks."""
    return select(
        Task.patient_id,
        literal(Task.__tablename__).label("subject_kind"),
        Task.id.label("subject_id"),
        Task.enrolment_id,
    ).where(one_of_ids(Task.id, ids))
