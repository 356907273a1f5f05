"""What was written to one patient and why, opened to be shown to them: every message, what allowed it, its answer."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select, true
from sqlalchemy.orm import Session, aliased

from journeys.contact.channels import CHANNELS
from journeys.contact.deciding.facts import newest_consent
from journeys.contact.ledger.ledger import Filters, Line, line, page_of
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.store.contact import Consent, Message
from journeys.store.people import Patient

PAGE = 50


@dataclass(frozen=True)
class Letter:
    """One message with what it says. `agreed` is the statement of consent that held when it was sent, None where none
    was asked for; what is opened does not show in a `repr`."""

    line: Line
    subject: str | None = field(repr=False)
    body: str | None = field(repr=False)
    agreed: Consent | None
    answer_number: Any = field(repr=False)
    answer_date: dt.date | None = field(repr=False)


@dataclass(frozen=True)
class WrittenTo:
    """Letters, the newest first; `after` is what to ask the next page with, None on the last."""

    patient: Patient
    letters: list[Letter]
    after: tuple[dt.datetime, int] | None


def written_to(
    session: Session,
    act: Act,
    patient_uid: uuid.UUID,
    after: tuple[dt.datetime, int] | None = None,
    limit: int = PAGE,
) -> WrittenTo:
    """One page of it; the read is audited with every message shown. Missing for a patient outside the scope."""
    patient = session.scalar(select(Patient).where(Patient.uid == patient_uid))
    if patient is None:
        raise Missing("There is no such patient")
    rows = session.execute(with_consent(page_of(Filters(patient_id=patient.id), after, limit + 1))).all()
    letters = [letter(row) for row in rows[:limit]]
    audit.note(session, "R", "message", [each.line.id for each in letters], [patient.id], {"what": "opened"})
    is_more = len(rows) > limit
    return WrittenTo(patient, letters, (letters[-1].line.planned_at, letters[-1].line.id) if is_more else None)


def with_consent(messages: Select) -> Select:
    """The same with the statement of consent that held when each was sent."""
    sent_at = func.coalesce(Message.sent_at, Message.planned_at)
    held = newest_consent(Message.patient_id, Message.purpose, speaks(), sent_at, person=Message.recipient_id).lateral(
        "held"
    )
    # another name than the one inside, which would be taken for this one
    agreed = aliased(Consent, name="agreed")
    return messages.add_columns(agreed).outerjoin(held, true()).outerjoin(agreed, agreed.id == held.c.id)


def speaks() -> ColumnElement[Any]:
    """SQL: what the channel of a message speaks."""
    spoken = ((Message.channel == name, literal(kind.speaks)) for name, kind in CHANNELS.items())
    return case(*spoken, else_=Message.channel)


def letter(row: Any) -> Letter:
    """One row opened."""
    message = row.Message
    return Letter(line(row), message.subject, message.body, row.agreed, message.answer_number, message.answer_date)
