"""The contact ledger: what was sent, held and received, with the reasons in words, page by page."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session, aliased

from journeys.contact.deciding.catalogue import REASONS
from journeys.contact.deciding.reasons import Reason
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.secrets import unseal
from journeys.foundation.tables import Texts
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment
from journeys.store.people import Patient, RelatedPerson

PAGE = 50


@dataclass(frozen=True)
class Filters:
    """What the ledger is narrowed to; an empty filter narrows nothing. `journey` is a slug, `reason` a reason code."""

    statuses: tuple[str, ...] = ()
    patient_id: int | None = None
    journey: str | None = None
    channel: str | None = None
    direction: str | None = None
    reason: str | None = None
    message_id: int | None = None


@dataclass(frozen=True)
class Why:
    """A reason code with its words (message ids); a code that is no longer known has none."""

    code: str
    words: Reason | None


@dataclass(frozen=True)
class Recipient:
    """Somebody beside the patient to whom a message goes."""

    name: str = field(repr=False)
    relationship: str | None


@dataclass(frozen=True)
class Line:
    """One message of the ledger. The name is the patient's; `beside` is to whom it goes instead of to them. Nothing of
    the text is read for a list."""

    id: int
    uid: uuid.UUID
    patient_id: int
    patient_uid: uuid.UUID
    patient_name: str | None = field(repr=False)
    beside: Recipient | None
    direction: str
    status: str
    purpose: str
    channel: str | None
    language: str | None
    template: Texts | None
    journey: Texts | None
    journey_slug: str | None
    planned_at: dt.datetime
    not_before: dt.datetime | None
    sent_at: dt.datetime | None
    answered_at: dt.datetime | None
    answer: str | None
    attempt: int
    error: str | None
    reasons: tuple[Why, ...]


@dataclass(frozen=True)
class Page:
    """Lines, newest first; `after` is what to ask the next page with, None on the last."""

    lines: list[Line]
    after: tuple[dt.datetime, int] | None


def ledger(
    session: Session,
    act: Act,
    filters: Filters = Filters(),  # noqa: B008 - frozen
    after: tuple[dt.datetime, int] | None = None,
    limit: int = PAGE,
) -> Page:
    """One page of the ledger; reading it is audited with the ids shown."""
    rows = session.execute(page_of(filters, after, limit + 1)).all()
    lines = [line(row) for row in rows[:limit]]
    patients = sorted({each.patient_id for each in lines})
    audit.note(session, "R", "message", [each.id for each in lines], patients)
    more = len(rows) > limit
    return Page(lines, (lines[-1].planned_at, lines[-1].id) if more else None)


def page_of(filters: Filters, after: tuple[dt.datetime, int] | None, limit: int) -> Select:
    """SELECT the messages of one page with what names them."""
    template, journey = aliased(Definition), aliased(Definition)
    statement = (
        select(
            Message,
            Patient.uid.label("patient_uid"),
            Patient.name_sealed,
            template.name.label("template"),
            journey.name.label("journey"),
            journey.slug.label("journey_slug"),
            RelatedPerson.uid.label("beside_uid"),
            RelatedPerson.name_sealed.label("beside_sealed"),
            RelatedPerson.relationship.label("beside_relationship"),
        )
        .join(Patient, Patient.id == Message.patient_id)
        .outerjoin(DefinitionVersion, DefinitionVersion.id == Message.template_version_id)
        .outerjoin(template, template.id == DefinitionVersion.definition_id)
        .outerjoin(RelatedPerson, RelatedPerson.id == Message.recipient_id)
        .outerjoin(Enrolment, Enrolment.id == Message.enrolment_id)
        .outerjoin(journey, journey.id == Enrolment.definition_id)
        .where(*conditions(filters, journey.slug))
        .order_by(Message.planned_at.desc(), Message.id.desc())
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(tuple_(Message.planned_at, Message.id) < tuple_(*after))
    return statement


def conditions(filters: Filters, journey_slug: Any) -> list[Any]:
    """SQL: what the filters ask for."""
    asked = {
        Message.patient_id: filters.patient_id,
        journey_slug: filters.journey,
        Message.channel: filters.channel,
        Message.direction: filters.direction,
        Message.id: filters.message_id,
    }
    found = [column == value for column, value in asked.items() if value is not None]
    if filters.statuses:
        found.append(Message.status.in_(filters.statuses))
    if filters.reason is not None:
        found.append(Message.reasons.any_() == filters.reason)
    return found


def line(row: Any) -> Line:
    """One row as a line."""
    message = row.Message
    name = unseal(row.name_sealed, "patient", "name", row.patient_uid) if row.name_sealed else None
    return Line(
        id=message.id,
        uid=message.uid,
        patient_id=message.patient_id,
        patient_uid=row.patient_uid,
        patient_name=name,
        beside=beside(row),
        direction=message.direction,
        status=message.status,
        purpose=message.purpose,
        channel=message.channel,
        language=message.language,
        template=row.template,
        journey=row.journey,
        journey_slug=row.journey_slug,
        planned_at=message.planned_at,
        not_before=message.not_before,
        sent_at=message.sent_at,
        answered_at=message.answered_at,
        answer=message.answer,
        attempt=message.attempt,
        error=message.error,
        reasons=in_words(message.reasons),
    )


def beside(row: Any) -> Recipient | None:
    """Who gets the message instead of the patient, opened."""
    if row.beside_uid is None:
        return None
    sealed = row.beside_sealed
    name = unseal(sealed, "related_person", "name", row.beside_uid) if sealed else ""
    return Recipient(name, row.beside_relationship)


def in_words(codes: Sequence[str]) -> tuple[Why, ...]:
    """Reason codes with their words."""
    return tuple(Why(code, REASONS.get(code)) for code in codes)
