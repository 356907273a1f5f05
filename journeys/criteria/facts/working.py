"""Works facts of the patient out as SQL, and says which summaries can be kept in a column at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Subquery, case, cast, func, select

from journeys.criteria.custom.facts import CustomFact, FieldInRules
from journeys.criteria.dates import Clock, zone_of
from journeys.criteria.facts.footprint import Reads, reads_of, to_watch
from journeys.criteria.facts.summaries import TYPES, Summary
from journeys.criteria.facts.summing import STALE, Stretch, fitting, wanted
from journeys.criteria.facts.timeless import NotTimeless, TimelessClock
from journeys.criteria.fields.base import Field
from journeys.criteria.kinds import TEXT
from journeys.criteria.known import PATIENT, Known
from journeys.criteria.subject import Subject
from journeys.store.custom_values import CustomValue


def fact_worked_out(summary: Summary, subject: Subject, zone: Any, known: Known) -> ColumnElement[Any]:
    """One fact of the patient, as SQL over the row of `subject`."""
    field = field_of(summary, known)
    clock = TimelessClock(zone) if field.changes_at is None else clock_of(subject, zone)
    return as_kept(summary, field.value(subject, clock, summary.definition["of"]))


def as_kept(summary: Summary, value: ColumnElement[Any]) -> ColumnElement[Any]:
    """A value as the column holds it."""
    if summary.kind == TEXT:
        value = case((value.is_not(None), 1))
    return cast(value, TYPES[summary.kind])


def custom_worked_out(custom: Sequence[tuple[Summary, FieldInRules]], changed: Any, stretch: Stretch) -> Subquery:
    """The custom fields of patients, by `patient_id`, for the patients in `changed`: all values of a patient are read
    once, however many fields there are."""
    row = CustomValue.__table__.alias("some_custom_value")
    labelled = [as_kept(each, field.gathered(row)).label(each.name) for each, field in custom]
    wanted = (row.c.record_kind == PATIENT, row.c.record_id.between(*stretch), row.c.until_at.is_(None))
    return (
        select(row.c.record_id.label("patient_id"), *labelled)
        .select_from(row.join(changed, changed.c.patient_id == row.c.record_id))
        .where(*wanted)
        .group_by(row.c.record_id)
        .subquery("custom_worked_out")
    )


def clock_of(subject: Subject, zone: Any) -> Clock:
    """The clock of patients who are about no record."""

    def no_focus(name: str) -> tuple[ColumnElement[Any], str]:
        raise NotTimeless(name)

    return Clock(subject.now, zone, no_focus)


def crossings(fields: Sequence[Field], moment: dt.datetime, changed: Any, stretch: Stretch) -> list[Subquery]:
    """For each table that says when time alone changes one of these facts: `patient_id`, `stale`."""
    tables = {field.changes_at[0].__table__: field.changes_at[1] for field in fields if field.changes_at}
    return [next_crossing(table, columns, moment, changed, stretch) for table, columns in tables.items()]


def next_crossing(table: Any, columns: Sequence[str], moment: dt.datetime, changed: Any, stretch: Stretch) -> Subquery:
    """The first of these dates after a moment, by patient."""
    row = table.alias(f"crossing_{table.name}")
    first = func.least(*[func.min(row.c[name]).filter(row.c[name] > moment) for name in columns])
    return (
        select(row.c.patient_id, first.label(STALE))
        .select_from(row.join(changed, changed.c.patient_id == row.c.patient_id))
        .where(row.c.patient_id.between(*stretch))
        .group_by(row.c.patient_id)
        .subquery(f"{table.name}_crossing")
    )


def field_of(summary: Summary, known: Known) -> Field:
    """The field whose fact is kept."""
    return known.facts()[summary.definition["field"]]


def custom_of(summary: Summary, known: Known) -> FieldInRules | None:
    """The custom field whose fact is kept; None where it is another field."""
    field = field_of(summary, known)
    return field.of if isinstance(field, CustomFact) else None


def can_be_kept(summary: Summary, subject: Subject, known: Known) -> Reads | None:
    """The tables that must be watched for a summary, with their columns; None when it cannot be kept in a column."""
    try:
        if summary.of_records:
            record = summary.record
            date = record.attributes[record.when].value(record.rows)
            reads = reads_of(fitting(summary, known), wanted(summary, known), date)
        else:
            reads = reads_of(fact_worked_out(summary, subject, zone_of(subject.patient_id), known))
    except NotTimeless:
        return None
    return to_watch(reads)
