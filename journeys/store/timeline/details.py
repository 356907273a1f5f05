"""The readable values of timeline entries, opened for the rows of one page: one query a kind."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from journeys.foundation.tables import Texts
from journeys.store.access import Appointment
from journeys.store.clinical import DiagnosticReport, Encounter, Note, Observation
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.contact import Consent, Message
from journeys.store.contact_marks import ContactMark
from journeys.store.custom_values import CustomValue
from journeys.store.due import DueChange, DueItem
from journeys.store.enrolments import Enrolment, EnrolmentHistory
from journeys.store.organisation import Practitioner
from journeys.store.plans import CarePlanActivity, Request
from journeys.store.referrals import Referral, ReferralHistory
from journeys.store.sources import KeptRecord
from journeys.store.tasks import Task

SYSTOLIC = "8480-6"
DIASTOLIC = "8462-4"
SIGNIFICANT = 4


@dataclass(frozen=True)
class File:
    """A file that came with a message; `refused` says why it is not kept: kind, size, number."""

    name: str
    kind: str
    size: int
    refused: str | None


@dataclass(frozen=True)
class Detail:
    """What an entry shows besides its title: a short value (`142/91 mm[Hg]`), a longer text (opened), a title of its
    own where configuration gives one, who did it or whose it is, the FHIR type of a kept record, files that came with
    it, and codes of reasons why it was held."""

    value: str | None = None
    text: str | None = None
    title: Texts | None = None
    by: str | None = None
    resource_type: str | None = None
    files: tuple[File, ...] = ()
    reasons: tuple[str, ...] = ()


def observations(session: Session, ids: Sequence[int]) -> dict[int, Detail]:
    """The values of observations, panels from their components."""
    rows = session.scalars(select(Observation).where(Observation.id.in_(ids) | Observation.parent_id.in_(ids))).all()
    parts: dict[int, list[Observation]] = {}
    for row in rows:
        if row.parent_id is not None:
            parts.setdefault(row.parent_id, []).append(row)
    return {
        row.id: Detail(value_of(row) or panel_value(parts.get(row.id, [])), row.value_text)
        for row in rows
        if row.parent_id is None
    }


def value_of(row: Observation) -> str | None:
    """One value as it is read: `6.5 %`, `>60 mL/min`, `Never smoker`."""
    if row.value_number is not None:
        number = row.value_display or number_text(row.value_number)
        return " ".join(part for part in (number, row.value_unit) if part)
    return row.value_display or row.value_code


def panel_value(parts: Sequence[Observation]) -> str | None:
    """The components of a panel; a blood pressure as everybody writes it."""
    by_code = {part.code: part for part in parts}
    systolic, diastolic = by_code.get(SYSTOLIC), by_code.get(DIASTOLIC)
    if systolic is not None and diastolic is not None and systolic.value_number and diastolic.value_number:
        pair = f"{number_text(systolic.value_number)}/{number_text(diastolic.value_number)}"
        return " ".join(part for part in (pair, systolic.value_unit) if part)
    shown = [f"{part.display or part.code} {value_of(part) or part.value_text or ''}".strip() for part in parts]
    return ", ".join(shown) or None


def number_text(number: Decimal) -> str:
    """A measured number with four significant digits at most, never in powers of ten."""
    if not number:
        return "0"
    places = SIGNIFICANT - 1 - math.floor(math.log10(abs(number)))
    rounded = round(number, max(0, places))
    plain = format(rounded, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def care_plans(session: Session, ids: Sequence[int]) -> dict[int, Detail]:
    """What care plans ask for."""
    rows = session.scalars(
        select(CarePlanActivity).where(CarePlanActivity.care_plan_id.in_(ids)).order_by(CarePlanActivity.position)
    )
    shown: dict[int, list[str]] = {}
    for row in rows:
        words = row.display or row.description or row.code
        if words:
            shown.setdefault(row.care_plan_id, []).append(words)
    return {plan: Detail(value=", ".join(words)) for plan, words in shown.items()}


def messages(session: Session, ids: Sequence[int]) -> dict[int, Detail]:
    """Subject and body of messages; why a held one was held."""
    rows = session.scalars(select(Message).where(Message.id.in_(ids)))
    return {
        row.id: Detail(row.subject, row.body, reasons=tuple(row.reasons), files=files_in(row.files)) for row in rows
    }


def files_in(listing: str | None) -> tuple[File, ...]:
    """The files of a message's list; what is not known of them any more is left out."""
    known = File.__dataclass_fields__
    return tuple(File(**{name: each[name] for name in known}) for each in orjson.loads(listing or "[]"))


def tasks(session: Session, ids: Sequence[int]) -> dict[int, Detail]:
    """Title, owner and note of tasks."""
    rows = session.scalars(select(Task).where(Task.id.in_(ids)))
    return {row.id: Detail(by=row.completed_by or row.owner, text=row.note, title=row.title) for row in rows}


def steps(session: Session, ids: Sequence[int]) -> dict[int, Detail]:
    """The journey and the step, as their versions name them."""
    rows = session.execute(
        select(EnrolmentHistory.id, EnrolmentHistory.step, DefinitionVersion.content)
        .join(DefinitionVersion, DefinitionVersion.id == EnrolmentHistory.version_id)
        .where(EnrolmentHistory.id.in_(ids))
    )
    return {number: Detail(title=step_title(step, content)) for number, step, content in rows}


def step_title(step: str, content: dict[str, Any]) -> Texts | None:
    """`{language: journey: step}` in every language that the journey has a name in."""
    names = content.get("name") or {}
    own = (content.get("steps") or {}).get(step, {}).get("name") or {}
    return {language: f"{name}: {own.get(language, step)}" for language, name in names.items()} or None


def kept(session: Session, ids: Sequence[int]) -> dict[int, Detail]:
    """What kind of record was kept."""
    rows = session.execute(select(KeptRecord.id, KeptRecord.resource_type).where(KeptRecord.id.in_(ids)))
    return {number: Detail(resource_type=resource_type) for number, resource_type in rows}


def notes(session: Session, ids: Sequence[int]) -> dict[int, Detail]:
    """What was noted, and by whom."""
    rows = session.scalars(select(Note).where(Note.id.in_(ids)))
    return {row.id: Detail(text=row.text, by=row.written_by) for row in rows}


def appointments(session: Session, ids: Sequence[int]) -> dict[int, Detail]:
    """Whom the patient is to see, and the comment."""
    rows = session.execute(with_clinician(Appointment).where(Appointment.id.in_(ids)))
    return {row.id: Detail(text=row.comment, by=clinician and clinician.name) for row, clinician in rows}


def encounters(session: Session, ids: Sequence[int]) -> dict[int, Detail]:
    """Whom the patient saw."""
    rows = session.execute(with_clinician(Encounter).where(Encounter.id.in_(ids)))
    return {row.id: Detail(by=clinician and clinician.name) for row, clinician in rows}


def with_clinician(table: Any) -> Select[Any]:
    """SELECT the rows of a table with their practitioners."""
    return select(table, Practitioner).outerjoin(Practitioner, Practitioner.id == table.practitioner_id)


def enrolments(session: Session, ids: Sequence[int]) -> dict[int, Detail]:
    """The journeys that were entered."""
    rows = session.execute(
        select(Enrolment.id, Definition.name, Enrolment.entered_by)
        .join(Definition, Definition.id == Enrolment.definition_id)
        .where(Enrolment.id.in_(ids))
    )
    return {number: Detail(title=name, by=by) for number, name, by in rows}


def recorded_by(table: Any) -> Callable[[Session, Sequence[int]], dict[int, Detail]]:
    """Who wrote down the rows of a table."""

    def open_rows(session: Session, ids: Sequence[int]) -> dict[int, Detail]:
        rows = session.execute(select(table.id, table.recorded_by).where(table.id.in_(ids)))
        return {number: Detail(by=by) for number, by in rows}

    return open_rows


def opened(table: Any, attribute: str) -> Callable[[Session, Sequence[int]], dict[int, Detail]]:
    """Opens one sealed text of the rows of a table."""

    def open_rows(session: Session, ids: Sequence[int]) -> dict[int, Detail]:
        rows = session.scalars(select(table).where(table.id.in_(ids)))
        return {row.id: Detail(text=getattr(row, attribute)) for row in rows}

    return open_rows


def referrals(session: Session, ids: Sequence[int]) -> dict[int, Detail]:
    """Why somebody was referred, and what was asked."""
    rows = session.scalars(select(Referral).where(Referral.id.in_(ids)))
    return {row.id: Detail(text=" ".join(filter(None, (row.reason, row.question))) or None) for row in rows}


def referral_moves(session: Session, ids: Sequence[int]) -> dict[int, Detail]:
    """Which referral came further, by whom, and what was noted."""
    rows = session.execute(
        select(ReferralHistory, Referral.display)
        .join(Referral, Referral.id == ReferralHistory.referral_id)
        .where(ReferralHistory.id.in_(ids))
    )
    return {row.id: Detail(value=display, text=row.note, by=row.by) for row, display in rows}


def due_changes(session: Session, ids: Sequence[int]) -> dict[int, Detail]:
    """What came to be due, or no longer was."""
    rows = session.execute(
        select(DueChange.id, Definition.name)
        .join(DueItem, DueItem.id == DueChange.item_id)
        .outerjoin(Definition, Definition.id == func.coalesce(DueItem.guideline_id, DueItem.about_id))
        .where(DueChange.id.in_(ids))
    )
    return {number: Detail(title=name) for number, name in rows}


OPENERS: dict[str, Callable[[Session, Sequence[int]], dict[int, Detail]]] = {
    "appointment": appointments,
    "encounter": encounters,
    "observation": observations,
    "diagnostic-report": opened(DiagnosticReport, "conclusion"),
    "care-plan": care_plans,
    "referral": referrals,
    "referral-move": referral_moves,
    "due": due_changes,
    "note": notes,
    "request": opened(Request, "text"),
    "message": messages,
    "task": tasks,
    "enrolment": enrolments,
    "enrolment-step": steps,
    "consent": recorded_by(Consent),
    "contact-mark": recorded_by(ContactMark),
    "custom-value": recorded_by(CustomValue),
    "kept-record": kept,
}


def details(session: Session, entries: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Detail]:
    """The details of these (kind, id), one query a kind."""
    by_kind: dict[str, list[int]] = {}
    for kind, number in entries:
        by_kind.setdefault(kind, []).append(number)
    found: dict[tuple[str, int], Detail] = {}
    for kind, ids in by_kind.items():
        if kind in OPENERS:
            found |= {(kind, number): detail for number, detail in OPENERS[kind](session, ids).items()}
    return found
