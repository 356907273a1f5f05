"""Sums records up as SQL, for patients whose ids stand in a table: one query per table of records.

Every value is as of one moment; beside them stands `stale`, the first moment at which time alone changes one of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Subquery,
    and_,
    case,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from journeys.criteria.comparing import Flag
from journeys.criteria.dates import Clock, zone_of
from journeys.criteria.facts.summaries import TYPES, Summary
from journeys.criteria.facts.timeless import TimelessClock
from journeys.criteria.facts.windows import Stop
from journeys.criteria.fields import FACTS
from journeys.criteria.finding import BesideRule, Finding, RecordRule
from journeys.criteria.known import Known
from journeys.criteria.shapes import PICKS, Rule
from journeys.criteria.subject import Subject

STALE = "stale"
NEVER = literal_column("'infinity'::timestamptz", DateTime(timezone=True))

Stretch = tuple[int, int]
"""The first and the last id of the patients in question."""


@dataclass(frozen=True)
class Judged:
    """One row a record: whose it is, its date, and what each summary and each stop makes of it."""

    rows: Subquery
    summaries: Sequence[Summary]
    stops: Sequence[Stop]

    def fits(self, place: int) -> ColumnElement[bool]:
        """Whether the record is one of those that a summary looks at."""
        return self.rows.c[f"fits_{place}"]

    def counts(self, stop: Stop) -> ColumnElement[bool]:
        """Whether its date lies on the side of a stop that counts."""
        return self.rows.c[f"counts_{self.stops.index(stop)}"]


def records_worked_out(
    summaries: Sequence[Summary], moment: dt.datetime, known: Known, changed: Any, stretch: Stretch
) -> Subquery:
    """The summaries of one table of records, by `patient_id`, for the patients in `changed`; with `stale`.

    Which records fit is decided once for each, below; above, they are summed up.
    """
    judged = judged_records(summaries, moment, known, changed, stretch)
    at = judged.rows.c.at
    values = [summed_up(each, place, judged).label(each.name) for place, each in enumerate(summaries)]
    moving = [stop for stop in judged.stops if stop.moves]
    nearest = [func.min(at).filter(is_next(stop, judged)).label(f"near_{place}") for place, stop in enumerate(moving)]
    patient_id = judged.rows.c.patient_id
    summed = select(patient_id, *values, *nearest).group_by(patient_id).subquery(f"{summaries[0].record.name}_summed")
    clock = clock_at(moment, summed)
    passes = [stop.passes(summed.c[f"near_{place}"], clock) for place, stop in enumerate(moving)]
    stale = func.least(NEVER, *passes).label(STALE)
    worked_out = select(summed.c.patient_id, *[summed.c[each.name] for each in summaries], stale)
    return worked_out.subquery(f"{summaries[0].record.name}_worked_out")


def judged_records(
    summaries: Sequence[Summary], moment: dt.datetime, known: Known, changed: Any, stretch: Stretch
) -> Judged:
    """The records of the patients in `changed`, judged one by one."""
    record = summaries[0].record
    row = record.rows
    at = record.attributes[record.when].value(row)
    stops = stops_of(summaries)
    clock = clock_at(moment, row)
    columns = [row.c.patient_id, row.c.id, at.label("at")]
    columns += [stop.counts(at, clock).label(f"counts_{place}") for place, stop in enumerate(stops)]
    for place, each in enumerate(summaries):
        columns.append(fitting(each, known).label(f"fits_{place}"))
        if each.way in PICKS:
            columns.append(wanted(each, known).label(f"wanted_{place}"))
    joined = row.join(changed, changed.c.patient_id == row.c.patient_id)
    rows = select(*columns).select_from(joined).where(row.c.patient_id.between(*stretch))
    return Judged(rows.subquery(f"{record.name}_judged"), summaries, stops)


def stops_of(summaries: Sequence[Summary]) -> list[Stop]:
    """Where these summaries stop, each once."""
    stops: list[Stop] = []
    for each in summaries:
        if each.stop is not None and each.stop not in stops:
            stops.append(each.stop)
    return stops


def fitting(summary: Summary, known: Known) -> Flag:
    """Whether a record counts and is one of those that the summary looks at; NotTimeless when that depends on time."""
    row = summary.record.rows
    if summary.way in PICKS:
        return and_(summary.record.counts(row), as_conditions(summary, summary.definition["of"], known))
    return and_(summary.record.counts(row), wanted(summary, known))


def wanted(summary: Summary, known: Known) -> Flag:
    """Whether a record is as the condition wants it, with what must be beside it; NotTimeless likewise."""
    record, row = summary.record, summary.record.rows
    conditions = as_conditions(summary, summary.definition["where"], known)
    beside = summary.definition.get("also", [])
    if not beside:
        return conditions
    looking = Finding(row.c.patient_id, timeless, summary.known(known))
    return and_(conditions, BesideRule(looking.beside(record, row)).holds({"all": beside}))


def as_conditions(summary: Summary, conditions: Sequence[Rule], known: Known) -> Flag:
    """Whether the attributes of a record are so."""
    record, row = summary.record, summary.record.rows
    return RecordRule(record, row, timeless(row), summary.known(known)).holds({"all": conditions})


def timeless(row: Any) -> Clock:
    """The clock for what a record says at any time."""
    return TimelessClock(zone_of(row.c.patient_id))


def clock_at(moment: dt.datetime, rows: Any) -> Clock:
    """The clock at a moment, for rows that have a `patient_id`; of the patient's dates it knows plain columns."""

    def fact(name: str) -> tuple[ColumnElement[Any], str]:
        return Subject(patient_id=rows.c.patient_id, now=moment).fact(name), FACTS[name].kind

    return Clock(moment, zone_of(rows.c.patient_id), fact=fact)


def summed_up(summary: Summary, place: int, judged: Judged) -> ColumnElement[Any]:
    """One summary over the judged records of a patient."""
    at, fits = judged.rows.c.at, judged.fits(place)
    stop = summary.stop
    if stop is None:
        return func.count().filter(fits) >= int(summary.definition["number"])
    counted = and_(fits, judged.counts(stop))
    if summary.way in PICKS:
        return picked(summary, place, judged, counted)
    number = int(summary.definition["number"])
    if number == 1:
        return (func.min(at) if stop.is_ahead else func.max(at)).filter(counted)
    ordered = func.array_agg(aggregate_order_by(at, at.asc() if stop.is_ahead else at.desc())).filter(counted)
    return type_coerce(ordered, ARRAY(TYPES[summary.kind]))[number]


def picked(summary: Summary, place: int, judged: Judged, counted: Flag) -> ColumnElement[Any]:
    """The date of the record that a rule picks, if it is as wanted; of equal dates the larger id is the later one."""
    keys = [judged.rows.c.at, judged.rows.c.id]
    order = [key.desc() for key in keys] if summary.way == "last_of" else keys
    date = case((judged.rows.c[f"wanted_{place}"], judged.rows.c.at))
    ordered = func.array_agg(aggregate_order_by(date, *order)).filter(counted)
    return type_coerce(ordered, ARRAY(TYPES[summary.kind]))[1]


def is_next(stop: Stop, judged: Judged) -> Flag:
    """Whether a record may be the next one that a stop passes: it begins to count then, or does so no more."""
    counts = judged.counts(stop)
    fits = [judged.fits(place) for place, each in enumerate(judged.summaries) if each.stop == stop]
    return and_(counts if stop.is_ahead else not_(counts), or_(false(), *fits))
