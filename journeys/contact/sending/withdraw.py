"""Takes back what is queued for patients: nothing planned or released goes out any more."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, any_, literal, update
from sqlalchemy.orm import Session

from journeys.contact.deciding.kept import message_events
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.contact import Message
from journeys.store.events import emit_from

QUEUED = ("planned", "released")


def withdraw(
    session: Session,
    act: Act,
    patients: Collection[int] | Select,
    reason: str,
    enrolments: Collection[int] | None = None,
    purpose: str | None = None,
) -> int:
    """Hold the queued messages of these patients (ids, or a SELECT of them) for a reason code, and return how many.

    `enrolments` narrows it to the messages of these enrolments, `purpose` to those of one purpose. What is being sent
    already is past taking back. For reactions too: it takes no lane, because planning and sending look at a message's
    status again when they write.
    """
    narrowed: list[ColumnElement[bool]] = []
    if enrolments is not None:
        narrowed.append(Message.enrolment_id == any_(as_array(enrolments)))
    if purpose is not None:
        narrowed.append(Message.purpose == purpose)
    statement = (
        update(Message)
        .where(Message.status.in_(QUEUED), of_patients(patients), *narrowed)
        .values(status="held", reasons=[reason], counted_at=None, not_before=None, decided_at=act.now)
        .returning(Message.id, Message.patient_id)
    )
    rows = session.execute(statement.execution_options(synchronize_session=False)).all()
    if rows:
        held = [row.id for row in rows]
        emit_from(session, act, "message.held", message_events(held, Message.reasons[1]))
        audit.note(session, "U", "message", held, [row.patient_id for row in rows], {"held": reason})
    return len(rows)


def of_patients(patients: Collection[int] | Select) -> ColumnElement[bool]:
    """SQL: whether a message is for one of these patients."""
    if isinstance(patients, Select):
        return Message.patient_id.in_(patients)
    return Message.patient_id == any_(as_array(patients))


def as_array(ids: Collection[int]) -> Any:
    """SQL: ids as one array."""
    return literal(list(ids), ARRAY(BigInteger))
