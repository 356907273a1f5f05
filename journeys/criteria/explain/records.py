"""What a condition on records rests on: those that it finds, or those that come nearest, with what they lack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Text, and_, case, cast, false, func, null, select
from sqlalchemy.orm import Session

from journeys.criteria.compile import PatientRule
from journeys.criteria.explain.nodes import Origin, RecordSeen, RecordsSeen
from journeys.criteria.fields import RECORDS
from journeys.criteria.fields.base import Attribute, Record
from journeys.criteria.finding import BesideRule, RecordRule, on_its_side, within
from journeys.criteria.shapes import Rule, parts_of, pick_of
from journeys.store.sources import Source, SourceRecord

MOST_SHOWN = 5
Flag = ColumnElement[bool]


def records_seen(session: Session, deciding: PatientRule, rule: Rule, where: str, patient_id: int) -> RecordsSeen:
    """The records of the kind that a condition names, at most MOST_SHOWN of them, best first; one statement."""
    record = RECORDS[rule["happened"]]
    row = record.rows
    names = [name for name in names_in(rule) if name != record.when]
    attributes = {**deciding.known.attributes(record), "date": record.attributes[record.when]}
    shown = [attributes[name] for name in names]
    wanted = list(parts_wanted(deciding, rule, where, record, row))
    statement = nearest(deciding, rule, record, row, shown, [flag for _, flag in wanted], patient_id)
    rows = session.execute(statement).all()
    places = [place for place, _ in wanted]
    seen = tuple(record_seen(each, shown, places) for each in rows)
    found, total = (rows[0].found, rows[0].total) if rows else (0, 0)
    return RecordsSeen(record.name, found, total, seen)


def nearest(
    deciding: PatientRule,
    rule: Rule,
    record: Record,
    row: Any,
    shown: list[Attribute],
    flags: list[Flag],
    patient_id: int,
) -> Select[Any]:
    """SELECT the records: those that fit first, then those that fit most, the newest of equals first."""
    source_record, source = SourceRecord.__table__, Source.__table__
    fits = and_(*flags) if flags else ~false()
    if pick_of(rule):
        fits = and_(fits, is_picked(deciding, rule, record, row, patient_id))
    fits = func.coalesce(fits, false())
    date = record.attributes[record.when].value(row)
    origin = row.c.source_record_id if "source_record_id" in row.c else cast(null(), Integer)
    display = row.c.display if "display" in row.c else cast(null(), Text)
    columns = [attribute.value(row).label(f"value_{place}") for place, attribute in enumerate(shown)]
    columns += [func.coalesce(flag, false()).label(f"flag_{place}") for place, flag in enumerate(flags)]
    met = sum((case((flag, 1), else_=0) for flag in flags), cast(0, Integer))
    return (
        select(row.c.id, date.label("at"), display.label("display"), fits.label("fits"), *columns)
        .add_columns(func.count().filter(fits).over().label("found"), func.count().over().label("total"))
        .add_columns(source_record.c.received_at, source.c.slug, source.c.name.label("source_name"))
        .select_from(
            row.outerjoin(source_record, source_record.c.id == origin).outerjoin(
                source, source.c.id == source_record.c.source_id
            )
        )
        .where(row.c.patient_id == patient_id, deciding.finding.is_there(rule, record, row))
        .order_by(fits.desc(), met.desc(), date.desc().nulls_last(), row.c.id.desc())
        .limit(MOST_SHOWN)
    )


def parts_wanted(deciding: PatientRule, rule: Rule, where: str, record: Record, row: Any) -> Iterator[tuple[str, Flag]]:
    """(place, whether a record is so) of everything that a rule wants of a record."""
    clock = deciding.clock_of(row)
    on_record = RecordRule(record, row, clock, deciding.known)
    pick = pick_of(rule)
    for key in (pick, "where") if pick else ("where",):
        for place, part in enumerate(rule.get(key, [])):
            yield f"{where}.{key}.{place}", on_record.holds(part)
    if pick:
        yield f"{where}.{pick}", on_its_side(pick, record, row, clock)
    if rule.get("window"):
        yield f"{where}.window", within(rule["window"], record, row, clock)
    beside = BesideRule(deciding.finding.beside(record, row))
    for place, part in enumerate(rule.get("also", [])):
        yield f"{where}.also.{place}", beside.holds(part)


def is_picked(deciding: PatientRule, rule: Rule, record: Record, row: Any, patient_id: int) -> Flag:
    """Whether a record is the first, last or next of those that fit what picks it."""
    other = record.focus_rows
    pick = str(pick_of(rule))
    clock = deciding.clock_of(other)
    date = record.attributes[record.when].value(other)
    keys = [date.desc(), other.c.id.desc()] if pick == "last_of" else [date, other.c.id]
    fits = [deciding.finding.is_there(rule, record, other), on_its_side(pick, record, other, clock)]
    if rule[pick]:
        fits.append(RecordRule(record, other, clock, deciding.known).holds({"all": rule[pick]}))
    chosen = select(other.c.id).where(other.c.patient_id == patient_id, *fits).order_by(*keys).limit(1)
    return row.c.id == chosen.correlate_except(other).scalar_subquery()


def record_seen(row: Any, shown: list[Attribute], places: list[str]) -> RecordSeen:
    """One row as it is shown."""
    columns = row._mapping
    values = tuple((each.facet(), columns[f"value_{place}"]) for place, each in enumerate(shown))
    missed = tuple(where for place, where in enumerate(places) if not columns[f"flag_{place}"])
    origin = Origin(row.slug, row.source_name or {}, row.received_at)
    return RecordSeen(row.id, row.at, row.display, values, row.fits, missed, origin)


def names_in(rule: Rule) -> list[str]:
    """The attributes of the record that a condition looks at, each once, in reading order."""
    pick = pick_of(rule)
    asked = [*(rule[pick] if pick else []), *rule.get("where", [])]
    return list(dict.fromkeys(name for part in asked for name in names_below(part)))


def names_below(rule: Rule) -> Iterator[str]:
    """The attributes that a group or condition looks at."""
    if "field" in rule:
        yield rule["field"]
    for part in parts_of(rule):
        yield from names_below(part)
