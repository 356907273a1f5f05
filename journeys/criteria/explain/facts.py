"""What a condition on a fact rests on: its value, and the rows that say so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import DateTime, Select, Text, cast, false, func, literal, null, or_, select, true
from sqlalchemy.orm import Session

from journeys.criteria.compile import PatientRule
from journeys.criteria.custom.facts import CUSTOM
from journeys.criteria.explain.nodes import FactSeen, Origin, Statement
from journeys.criteria.fields.base import Of
from journeys.criteria.shapes import Rule
from journeys.foundation.words import N_
from journeys.store.contact import Consent
from journeys.store.custom_values import CustomValue
from journeys.store.people import Patient, PatientTelecom
from journeys.store.sources import Source, SourceRecord

MOST_STATEMENTS = 3
Rows = Select[Any]

STATEMENTS = {
    "permit": N_("agreed"),
    "deny": N_("refused"),
    "usable": N_("usable"),
    "invalid": N_("not valid"),
    "wrong-person": N_("somebody else's"),
    "bounced": N_("undeliverable"),
    "ended": N_("no longer used"),
    "value": N_("this value"),
    "patient": N_("the record of the patient"),
}
"""What a row says → message id."""


def fact_seen(session: Session, deciding: PatientRule, rule: Rule, patient_id: int) -> FactSeen:
    """The value of the fact that a condition is about, and at most MOST_STATEMENTS rows behind it; one statement."""
    of = rule.get("of", {})
    field = deciding.facts[rule["field"]]
    value = field.value(deciding.subject, deciding.clock, of)
    behind = rows_behind(rule["field"], patient_id, of, deciding).subquery("behind")
    one = select(literal(1).label("one")).subquery("one")
    record, source = SourceRecord.__table__, Source.__table__
    statement = (
        select(value.label("value"), behind, record.c.received_at, source.c.slug, source.c.name.label("source_name"))
        .select_from(
            one.outerjoin(behind, true())
            .outerjoin(record, record.c.id == behind.c.source_record_id)
            .outerjoin(source, source.c.id == record.c.source_id)
        )
        .order_by(behind.c.place)
    )
    rows = session.execute(statement).all()
    facet = field.facet(of, deciding.focus_record())
    return FactSeen(facet, rows[0].value, tuple(statement_of(row) for row in rows if row.says is not None))


def statement_of(row: Any) -> Statement:
    """One row behind a fact."""
    origin = Origin(row.slug, row.source_name or {}, row.received_at)
    return Statement(row.says, row.from_at, row.until_at, row.recorded_at, row.recorded_by, origin)


def rows_behind(name: str, patient_id: int, of: Of, deciding: PatientRule) -> Rows:
    """SELECT the rows that a fact rests on, the deciding one first."""
    if name.startswith(CUSTOM):
        return of_custom(name.removeprefix(CUSTOM), patient_id, deciding.subject.now)
    return BEHIND.get(name, of_nothing)(patient_id, of, deciding)


def of_patient(patient_id: int, of: Of, deciding: PatientRule) -> Rows:
    """The record of the patient itself."""
    row = Patient.__table__
    never = cast(null(), DateTime(timezone=True))
    return select(
        literal(1).label("place"),
        literal("patient").label("says"),
        never.label("from_at"),
        never.label("until_at"),
        row.c.recorded_at,
        cast(null(), Text).label("recorded_by"),
        row.c.source_record_id,
    ).where(row.c.id == patient_id)


def of_nothing(patient_id: int, of: Of, deciding: PatientRule) -> Rows:
    """No row: the fact is worked out of many, or stands nowhere."""
    return of_patient(patient_id, of, deciding).where(false())


def of_consent(patient_id: int, of: Of, deciding: PatientRule) -> Rows:
    """The statements for a purpose and channel that had begun, the newest in force first."""
    row = Consent.__table__
    now = deciding.subject.now
    is_over = row.c.until_at <= now
    return numbered(
        select(row.c.decision.label("says"), row.c.from_at, row.c.until_at, row.c.recorded_at, row.c.recorded_by)
        .add_columns(row.c.source_record_id)
        .where(
            row.c.patient_id == patient_id,
            row.c.about_person_id.is_(None),
            or_(row.c.purpose.is_(None), row.c.purpose == of["purpose"]),
            or_(row.c.channel.is_(None), row.c.channel == of["channel"]),
            row.c.from_at <= now,
        ),
        [is_over.is_(True), row.c.from_at.desc(), row.c.id.desc()],
    )


def of_telecom(patient_id: int, of: Of, deciding: PatientRule) -> Rows:
    """The numbers or addresses of a kind, usable ones first; never the number itself."""
    row = PatientTelecom.__table__
    return numbered(
        select(row.c.status.label("says"), row.c.valid_from.label("from_at"), row.c.valid_until.label("until_at"))
        .add_columns(
            cast(null(), DateTime(timezone=True)).label("recorded_at"),
            cast(null(), Text).label("recorded_by"),
            select(Patient.__table__.c.source_record_id)
            .where(Patient.__table__.c.id == patient_id)
            .scalar_subquery()
            .label("source_record_id"),
        )
        .where(row.c.patient_id == patient_id, row.c.related_person_id.is_(None), row.c.system == of["system"]),
        [row.c.status != "usable", row.c.id],
    )


def of_custom(slug: str, patient_id: int, now: Any) -> Rows:
    """The values of a custom field that had been recorded, what held at the moment of the rule first."""
    row = CustomValue.__table__
    is_over = row.c.until_at <= now
    return numbered(
        select(literal("value").label("says"), row.c.from_at, row.c.until_at, row.c.recorded_at, row.c.recorded_by)
        .add_columns(row.c.source_record_id)
        .where(
            row.c.patient_id == patient_id, row.c.field == slug, row.c.record_kind == "patient", row.c.from_at <= now
        ),
        [is_over.is_(True), row.c.from_at.desc(), row.c.id],
    )


def numbered(rows: Rows, order: list[Any]) -> Rows:
    """The first rows of a SELECT in an order, with their places."""
    place = func.row_number().over(order_by=order).label("place")
    return rows.add_columns(place).order_by(place).limit(MOST_STATEMENTS)


OF_PATIENT = ("age", "birth_date", "branch", "deceased", "gender", "language", "payer_class", "preferred_channel")
BEHIND: dict[str, Callable[[int, Of, PatientRule], Rows]] = {
    **dict.fromkeys(OF_PATIENT, of_patient),
    "consent": of_consent,
    "has_telecom": of_telecom,
}
"""Fact → the rows that it rests on."""
