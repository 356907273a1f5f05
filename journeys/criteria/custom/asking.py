"""Which fields are asked of a record: those whose rule `visible_when` is so, decided in one statement for many."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.criteria.compile import condition
from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.facts import name_in_rules
from journeys.criteria.custom.records import TABLES
from journeys.criteria.fields import RECORDS
from journeys.criteria.known import known
from journeys.criteria.subject import Subject
from journeys.foundation.acting import Act
from journeys.store.people import Patient


def asked_of(
    session: Session, act: Act, record_kind: str, record_ids: Collection[int], fields: Iterable[CustomField]
) -> dict[int, frozenset[str]]:
    """Record id → the slugs of those of `fields` that are asked of it now."""
    always = frozenset(field.slug for field in fields if field.visible_when is None)
    sometimes = [field for field in fields if field.visible_when is not None]
    if not sometimes or not record_ids:
        return dict.fromkeys(record_ids, always)
    table = TABLES[record_kind]
    subject = Subject(
        patient_id=table.id if table is Patient else table.patient_id,
        now=act.now,
        focus_kind=name_in_rules(record_kind) if name_in_rules(record_kind) in RECORDS else None,
        focus_id=table.id,
    )
    in_force = known(session)
    rules = [condition(field.visible_when or {}, subject, in_force) for field in sometimes]
    found = {}
    for record_id, *answers in session.execute(select(table.id, *rules).where(table.id.in_(record_ids))):
        held = {field.slug for field, answer in zip(sometimes, answers, strict=True) if answer}
        found[record_id] = always | held
    return found
