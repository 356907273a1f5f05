"""What a template would say to one patient, in every language and on paper nobody gets: looked at before publishing."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from liquid.exceptions import LiquidError
from sqlalchemy import BigInteger, Subquery, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from journeys.contact.deciding.reasons import FIELD_UNRESOLVED
from journeys.contact.media import USUAL
from journeys.contact.texts.custom_fields import LEVELS, PATIENT, custom_words
from journeys.contact.texts.merge_fields import Subject
from journeys.contact.texts.render import Rendered, custom_in, filled
from journeys.contact.texts.samples import BOOKING_LINK, LINK, OFFER_LINK, VISIT_LINK
from journeys.contact.texts.subjects import about, opened
from journeys.contact.texts.templates import Template, Variant, of_the_whole, of_variant, read
from journeys.contact.texts.wordings import live_wordings
from journeys.criteria.custom.content import CustomField, live_fields
from journeys.criteria.custom.may import may_see
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing, Problem, refuse_errors
from journeys.foundation.words import in_language
from journeys.store.access import Appointment
from journeys.store.due import ASKING, DueItem
from journeys.store.people import Patient
from journeys.store.plans import CarePlanActivity
from journeys.store.putting_in_force.definitions import TEMPLATE, find
from journeys.store.referrals import Referral


@dataclass(frozen=True)
class TextPreview:
    """A draft as it would be said: language → medium → what the patient reads, or why it cannot be said."""

    patient: Patient
    content: Mapping[str, Any]
    said: Mapping[str, Mapping[str, Rendered]]


def preview_text(
    session: Session, act: Act, slug: str, patient_uid: uuid.UUID, roles: Collection[str] = ()
) -> TextPreview:
    """The draft filled with what is recorded now: the next appointment, what is due next, the custom fields that these
    roles may see (others show their names). Nothing is kept or sent.

    Missing for a patient whom this scope does not see, Invalid where the draft has no text that can be read.
    """
    content = find(session, TEMPLATE, slug).draft or {}
    refuse_errors(unreadable(content))
    patient = session.scalar(select(Patient).where(Patient.uid == patient_uid))
    if patient is None:
        raise Missing("There is no such patient")
    template = read(content, live_wordings(session))
    known = subjects_in(session, act, patient.id, template, roles)
    said = {
        language: {medium: said_on(variant, known[language], medium) for medium in USUAL}
        for language, variant in template.variants.items()
    }
    audit.note(session, "R", "patient", [patient.id], [patient.id], {"template": slug})
    return TextPreview(patient, content, said)


def unreadable(content: Mapping[str, Any]) -> Iterable[Problem]:
    """What of a draft keeps it from being read at all."""
    yield from of_the_whole(content)
    texts = content.get("texts")
    for language, text in texts.items() if isinstance(texts, Mapping) else ():
        yield from of_variant(str(language), text)


def said_on(variant: Variant, known: Subject, medium: str) -> Rendered:
    """What is said on one medium; nothing where its Liquid is wrongly written, which the editor tells."""
    try:
        return filled(variant.on(medium), known, medium)
    except LiquidError:
        return Rendered(reason=FIELD_UNRESOLVED)


def subjects_in(
    session: Session, act: Act, patient_id: int, template: Template, roles: Collection[str]
) -> dict[str, Subject]:
    """What may be said about the patient, in each language of a template."""
    rows = session.execute(about(foci(patient_id, act.now).c)).all()
    fields = {slug: field for slug, field in live_fields(session, PATIENT).items() if slug in custom_in([template])}
    seen = {slug for slug, field in fields.items() if may_see(field, roles, act.purpose)}
    words = custom_words(session, seen, {patient_id: set(template.variants)}) if seen else {}
    said = {}
    for language in template.variants:
        known = together([opened(row, language, words) for row in rows])
        said[language] = replace(
            known,
            choices_link=LINK,
            booking_link=BOOKING_LINK,
            offer_link=OFFER_LINK,
            visit_link=VISIT_LINK if known.appointment_at else None,
            custom={**named(fields, seen, language), **words.get((patient_id, language), {})},
        )
    return said


def named(fields: Mapping[str, CustomField], seen: Collection[str], language: str) -> dict[str, str]:
    """Fields that may be said and that the reader may not see, as their names."""
    return {
        slug: f"[{in_language(field.name, language)}]"
        for slug, field in fields.items()
        if slug not in seen and field.sensitivity in LEVELS
    }


def together(subjects: list[Subject]) -> Subject:
    """One patient with everything that several messages would be about."""
    first, *others = subjects
    for other in others:
        first = replace(
            first,
            appointment_at=first.appointment_at or other.appointment_at,
            appointment_branch=first.appointment_branch if first.appointment_at else other.appointment_branch,
            practitioner_name=first.practitioner_name or other.practitioner_name,
            due_on=first.due_on or other.due_on,
        )
    return first


def foci(patient_id: int, now: dt.datetime) -> Subquery:
    """SQL: the patient with no record, and with the next of each kind that a message may be about."""
    is_booked = Appointment.status.in_(("pending", "booked"))
    parts = (
        select(*asked(0, patient_id, null(), null())),
        next_of(1, patient_id, "appointment", Appointment.start_at, Appointment.start_at >= now, is_booked),
        next_of(2, patient_id, "care_plan_activity", CarePlanActivity.due_on),
        next_of(3, patient_id, "referral", Referral.due_at),
        next_of(4, patient_id, "due_item", DueItem.due_on, DueItem.closed_at.is_(None), DueItem.status.in_(ASKING)),
    )
    return union_all(*parts).subquery("asked")


def next_of(number: int, patient_id: int, kind: str, when: Any, *conditions: Any) -> Any:
    """SELECT the record of one kind that comes first by a column of it."""
    record: Any = when.class_
    first = (
        select(*asked(number, patient_id, literal(kind), record.id))
        .where(record.patient_id == patient_id, when.is_not(None), *conditions)
        .order_by(when, record.id)
        .limit(1)
        .subquery(f"next_{kind}")
    )
    return select(*first.c)


def asked(number: int, patient_id: int, kind: Any, record: Any) -> list[Any]:
    """SQL: the columns of something to be told about."""
    return [
        literal(number).label("id"),
        literal(patient_id).label("patient_id"),
        cast(null(), BigInteger).label("recipient_id"),
        kind.label("focus_kind"),
        record.label("focus_id"),
    ]
