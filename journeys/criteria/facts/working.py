"""Works summaries out as SQL, for patients whose ids stand in a table: one query per table of records.

Every value is as of one moment; beside them stands `stale`, the first moment at which time alone changes one of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Interval,
    Subquery,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from journeys.criteria.dates import Clock, zone_of
from journeys.criteria.facts.footprint import Reads, reads_of, to_watch
from journeys.criteria.facts.summaries import EVER, LAST, NEXT, TYPES, Summary
from journeys.criteria.facts.timeless import NotTimeless, TimelessClock
from journeys.criteria.fields.base import Field
from journeys.criteria.finding import RecordRule
from journeys.criteria.kinds import TEXT
from journeys.criteria.known import Known
from journeys.criteria.subject import Subject

A_MICROSECOND = literal(dt.timedelta(microseconds=1), Interval)
DATES = ARRAY(DateTime(timezone=True))
STALE = "stale"
WAYS = (EVER, LAST, NEXT)

Stretch = tuple[int, int]
"""The first and the last id of the patients in question."""


def records_worked_out(
    summaries: Sequence[Summary], moment: dt.datetime, known: Known, changed: Any, stretch: Stretch
) -> Subquery:
    """The summaries of one table of records, by `patient_id`, for the patients in `changed`; with `stale`.

    Which records fit is decided once for each, below; above, they are summed up.
    """
    record = summaries[0].record
    row = record.rows
    date = record.attributes[record.when].value(row)
    fits = [fitting(each, known).label(f"fits_{place}") for place, each in enumerate(summaries)]
    judged = (
        select(row.c.patient_id, date.label("at"), *fits)
        .select_from(row.join(changed, changed.c.patient_id == row.c.patient_id))
        .where(row.c.patient_id.between(*stretch))
        .subquery(f"{record.name}_judged")
    )
    values = [
        summed_up(each, judged.c.at, judged.c[f"fits_{place}"], moment).label(each.name)
        for place, each in enumerate(summaries)
    ]
    by_way = {way: [judged.c[f"fits_{at}"] for at, each in enumerate(summaries) if way_of(each) == way] for way in WAYS}
    stale = func.least(
        func.min(judged.c.at).filter(and_(or_(false(), *by_way[LAST]), judged.c.at > moment)),
        # a date is still to come at its very instant, and no more after it
        func.min(judged.c.at).filter(and_(or_(false(), *by_way[NEXT]), judged.c.at >= moment)) + A_MICROSECOND,
    )
    summed = select(judged.c.patient_id, *values, stale.label(STALE)).group_by(judged.c.patient_id)
    return summed.subquery(f"{record.name}_worked_out")


def way_of(summary: Summary) -> str:
    """How it sums records up."""
    return str(summary.definition["way"])


def fitting(summary: Summary, known: Known) -> ColumnElement[bool]:
    """Whether a record counts and is as the summary wants it, as SQL; NotTimeless when that depends on the time."""
    record = summary.record
    row = record.rows
    clock = TimelessClock(zone_of(row.c.patient_id))
    where = RecordRule(record, row, clock, summary.known(known)).holds({"all": summary.definition["where"]})
    return and_(record.counts(row), where)


def summed_up(summary: Summary, at: Any, fits: Any, moment: dt.datetime) -> ColumnElement[Any]:
    """One summary over the judged records of a patient."""
    way, number = way_of(summary), int(summary.definition["number"])
    if way == EVER:
        return func.count().filter(fits) >= number
    is_last = way == LAST
    counted = and_(fits, at <= moment) if is_last else and_(fits, at >= moment)
    if number == 1:
        return (func.max(at) if is_last else func.min(at)).filter(counted)
    ordered = func.array_agg(aggregate_order_by(at, at.desc() if is_last else at.asc())).filter(counted)
    return type_coerce(ordered, DATES)[number]


def fact_worked_out(summary: Summary, subject: Subject, zone: Any, known: Known) -> ColumnElement[Any]:
    """One fact of the patient, as SQL over the row of `subject`."""
    field = field_of(summary, known)
    clock = TimelessClock(zone) if field.changes_at is None else clock_of(subject, zone)
    value = field.value(subject, clock, summary.definition["of"])
    if summary.kind == TEXT:
        value = case((value.is_not(None), 1))
    return cast(value, TYPES[summary.kind])


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


def can_be_kept(summary: Summary, subject: Subject, known: Known) -> Reads | None:
    """The tables that must be watched for a summary, with their columns; None when it cannot be kept in a column."""
    try:
        if summary.of_records:
            record = summary.record
            reads = reads_of(fitting(summary, known), record.attributes[record.when].value(record.rows))
        else:
            reads = reads_of(fact_worked_out(summary, subject, zone_of(subject.patient_id), known))
    except NotTimeless:
        return None
    return to_watch(reads)
