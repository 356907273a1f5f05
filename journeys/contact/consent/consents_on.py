"""Whom could we write to, about something on a channel, at the end of a day: counted and listed by what they said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from journeys.contact.deciding.rule_set import parameters_in_force
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.contact import Consent
from journeys.store.people import Patient

PAGE = 50
VERDICTS = ("permit", "deny", "silent")


@dataclass(frozen=True)
class Question:
    """About what, on what, at which moment (an instant); `verdict` narrows the list."""

    purpose: str
    channel: str
    at: dt.datetime
    verdict: str | None = None


@dataclass(frozen=True)
class Answer:
    """How many patients of the scope permit, deny and said nothing; the page of those asked for as (patient, verdict),
    in the order of their ids. `is_unasked`: silence is enough for this purpose by today's rules. `after` is what to
    ask the next page with, None on the last."""

    counts: Mapping[str, int]
    is_unasked: bool
    patients: list[tuple[Patient, str]]
    after: int | None


def consents_on(session: Session, act: Act, question: Question, after: int = 0, limit: int = PAGE) -> Answer:
    """The answer by consent alone; other rules may hold a message all the same. Two statements, however many patients;
    whom the page shows stands in the audit."""
    said = said_by(question)
    verdict = func.coalesce(said.c.decision, "silent")
    everybody = select(verdict, func.count()).select_from(Patient).outerjoin(said, said.c.person == Patient.id)
    counted = session.execute(everybody.where(Patient.merged_into_id.is_(None)).group_by(verdict)).all()
    rows = session.execute(page_of(question, said, verdict, after).limit(limit + 1)).all()
    shown = [(row[0], row[1]) for row in rows[:limit]]
    ids = [patient.id for patient, _ in shown]
    detail = {"purpose": question.purpose, "channel": question.channel}
    audit.note(session, "R", "consent", patients=ids, detail=detail)
    return Answer(
        counts={**dict.fromkeys(VERDICTS, 0), **{row[0]: row[1] for row in counted}},
        is_unasked=question.purpose in parameters_in_force(session, "consent").without_asking,
        patients=shown,
        after=ids[-1] if len(rows) > limit else None,
    )


def said_by(question: Question) -> Subquery:
    """SQL: one row for each person who said something then, with the newest of it, as `facts.newest_consent` has it for
    one: of two of the same moment the refusal, and a refusal on a merged record binds the kept one."""
    owner = aliased(Patient, name="owner")
    person = case((Consent.decision == "deny", func.coalesce(owner.merged_into_id, owner.id)), else_=owner.id)
    newest = (Consent.from_at.desc(), Consent.decision, Consent.id.desc())
    ranked = (
        select(
            person.label("person"),
            Consent.decision,
            func.row_number().over(partition_by=person, order_by=newest).label("place"),
        )
        .join(owner, owner.id == Consent.patient_id)
        .where(
            Consent.about_person_id.is_(None),
            or_(Consent.purpose.is_(None), Consent.purpose == question.purpose),
            or_(Consent.channel.is_(None), Consent.channel == question.channel),
            Consent.from_at <= question.at,
            or_(Consent.until_at.is_(None), Consent.until_at > question.at),
        )
        .subquery("ranked")
    )
    return select(ranked.c.person, ranked.c.decision).where(ranked.c.place == 1).subquery("said")


def page_of(question: Question, said: Subquery, verdict: ColumnElement[str], after: int) -> Select[Any, Any]:
    """SELECT the patients of a page with what they said."""
    asked = [verdict == question.verdict] if question.verdict else []
    return (
        select(Patient, verdict)
        .outerjoin(said, said.c.person == Patient.id)
        .where(Patient.merged_into_id.is_(None), Patient.id > after, *asked)
        .order_by(Patient.id)
    )
