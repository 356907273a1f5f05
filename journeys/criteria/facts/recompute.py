"""Writes the fact rows of the patients in `CHANGED` anew: one statement, however many patients and columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    Column,
    MetaData,
    Select,
    Table,
    and_,
    delete,
    func,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.criteria.dates import zone_of_subject
from journeys.criteria.facts.facts import fact_rows
from journeys.criteria.facts.summaries import EVER, Summary
from journeys.criteria.facts.summing import NEVER, STALE, Stretch, records_worked_out
from journeys.criteria.facts.working import clock_of, crossings, custom_of, custom_worked_out, fact_worked_out, field_of
from journeys.criteria.fields import FACTS
from journeys.criteria.known import Known
from journeys.criteria.subject import Subject
from journeys.foundation.zones import SPANS, ensure_zones, is_zone
from journeys.store.facts import MIRRORED, FactColumn, FactZone, PatientFact
from journeys.store.people import Patient

CHANGED = Table("fact_changed", MetaData(), Column("patient_id", BigInteger), schema="pg_temp")
HAVE_EMPTY = text(
    "CREATE TEMPORARY TABLE IF NOT EXISTS fact_changed (patient_id bigint PRIMARY KEY) ON COMMIT DELETE ROWS;"
    " DELETE FROM pg_temp.fact_changed"
)
"""Kept by the connection: to make a table and its index in each round costs more than filling them."""
ANALYZE = text("ANALYZE pg_temp.fact_changed")
MEMBER = Patient.__table__.alias("member")
FACTS_ROWS = cast(Table, PatientFact.__table__)
ZONES = cast(Table, FactZone.__table__)


def begin(session: Session) -> None:
    """Have an empty table for the ids."""
    session.execute(HAVE_EMPTY)


@dataclass(frozen=True)
class Changed:
    """The patients in CHANGED: zones of those who have rows, the first and last id, whether some have no row."""

    zones: frozenset[str]
    stretch: Stretch
    are_some_gone: bool


def recompute(session: Session, moment: dt.datetime, summaries: Mapping[str, Summary], known: Known) -> None:
    """Make the fact rows of the patients in CHANGED true at `moment`; who was merged or is gone has none."""
    session.execute(ANALYZE)
    changed = look_at(session, moment)
    kept = [each for each in summaries.values() if each.is_meant(known)]
    set_aside(session, [name for name, each in summaries.items() if each not in kept])
    worked_out = worked_out_rows(kept, moment, known, changed.stretch)
    target = fact_rows(kept)
    new = insert(target).from_select(list(worked_out.selected_columns.keys()), worked_out)
    names = [name for name in worked_out.selected_columns.keys() if name != "patient_id"]  # noqa: SIM118
    is_new = func.row(*[target.c[name] for name in names]).is_distinct_from(
        func.row(*[new.excluded[name] for name in names])
    )
    updates = {name: new.excluded[name] for name in names}
    put = new.on_conflict_do_update(index_elements=["patient_id"], set_=updates, where=is_new)
    written = put.returning(target.c.zone).cte("written")
    # somebody may have moved to another zone since they were looked at
    moved_to = session.scalars(select(written.c.zone).distinct())
    remember_zones(session, moment, changed.zones.union(moved_to))
    if changed.are_some_gone:
        forget_gone(session)


def set_aside(session: Session, names: Sequence[str]) -> None:
    """Let nobody read these columns: what they stand for is no more. Should it come back, they are filled in anew."""
    if names:
        of_old = update(FactColumn).where(FactColumn.name.in_(names))
        session.execute(of_old.values(status="building", built_up_to=0))


def look_at(session: Session, moment: dt.datetime) -> Changed:
    """Who is in CHANGED, read once for all that follows.

    SQL knows their zones then, so that their days are never counted otherwise later. The first and last id are told to
    the planner, which else reads records from the very first patient.
    """
    found = session.execute(people_by_zone(moment)).all()
    ensure_zones(session, [each.zone for each in found if not each.is_known and is_zone(each.zone)])
    stretch = min(each.first for each in found), max(each.last for each in found)
    zones = frozenset(each.zone for each in found if each.people)
    return Changed(zones, stretch, any(each.people < each.many for each in found))


def people_by_zone(moment: dt.datetime) -> Select[Any]:
    """SELECT for each zone how `many` of CHANGED live there, and how many of them are `people` who have rows."""
    zone = zone_of_subject(Subject(patient_id=MEMBER.c.id, now=moment, patient=MEMBER))
    lives = select(CHANGED.c.patient_id, zone.label("zone"), MEMBER.c.id, MEMBER.c.merged_into_id)
    each = lives.select_from(CHANGED.outerjoin(MEMBER, MEMBER.c.id == CHANGED.c.patient_id)).subquery("lives")
    has_row = and_(each.c.id.is_not(None), each.c.merged_into_id.is_(None))
    counted = select(
        each.c.zone,
        func.min(each.c.patient_id).label("first"),
        func.max(each.c.patient_id).label("last"),
        func.count().label("many"),
        func.count().filter(has_row).label("people"),
    )
    grouped = counted.group_by(each.c.zone).subquery("used")
    is_known = select(literal(1)).where(SPANS.c.zone == grouped.c.zone).exists()
    return select(grouped, is_known.label("is_known"))


def worked_out_rows(summaries: Sequence[Summary], moment: dt.datetime, known: Known, stretch: Stretch) -> Select[Any]:
    """SELECT the fact rows of the patients in CHANGED as of a moment."""
    subject = Subject(patient_id=MEMBER.c.id, now=moment, patient=MEMBER)
    zone = zone_of_subject(subject)
    clock = clock_of(subject, zone)
    columns = {"patient_id": MEMBER.c.id, "zone": zone}
    columns.update({name: FACTS[name].value(subject, clock, {}) for name in MIRRORED})
    fields = [(each, custom_of(each, known)) for each in summaries if not each.of_records]
    of_fields = [each for each, custom in fields if custom is None]
    columns.update({each.name: fact_worked_out(each, subject, zone, known) for each in of_fields})
    sources = crossings([field_of(each, known) for each in of_fields], moment, CHANGED, stretch)
    for group in by_record(summaries):
        source = records_worked_out(group, moment, known, CHANGED, stretch)
        sources.append(source)
        columns.update({each.name: without_records(each, source.c[each.name]) for each in group})
    columns[STALE_AT] = func.least(NEVER, *[source.c[STALE] for source in sources])
    customs = [(each, custom) for each, custom in fields if custom is not None]
    if customs:
        sources.append(custom_worked_out(customs, CHANGED, stretch))
        columns.update({each.name: sources[-1].c[each.name] for each, _ in customs})
    joined = CHANGED.join(MEMBER, MEMBER.c.id == CHANGED.c.patient_id)
    for source in sources:
        joined = joined.outerjoin(source, source.c.patient_id == CHANGED.c.patient_id)
    labelled = [value.label(name) for name, value in columns.items()]
    is_wanted = (MEMBER.c.id.between(*stretch), MEMBER.c.merged_into_id.is_(None))
    return select(*labelled).select_from(joined).where(*is_wanted)


STALE_AT = "stale_at"


def by_record(summaries: Sequence[Summary]) -> list[list[Summary]]:
    """The summaries of records, those of one table together."""
    of_records = sorted((each for each in summaries if each.of_records), key=lambda each: (each.record.name, each.name))
    return [list(group) for _, group in groupby(of_records, key=lambda each: each.record.name)]


def without_records(summary: Summary, value: Any) -> Any:
    """Who has no records at all has not even one."""
    return func.coalesce(value, literal(False)) if summary.way == EVER else value


def forget_gone(session: Session) -> None:
    """Delete the rows of who was merged into another patient, or is no more."""
    is_there = select(literal(1)).where(MEMBER.c.id == FACTS_ROWS.c.patient_id, MEMBER.c.merged_into_id.is_(None))
    gone = delete(FACTS_ROWS).where(
        FACTS_ROWS.c.patient_id.in_(select(CHANGED.c.patient_id)), ~is_there.correlate(FACTS_ROWS).exists()
    )
    session.execute(gone)


def remember_zones(session: Session, moment: dt.datetime, zones: Iterable[str]) -> None:
    """Keep in which zones there are rows, and for which moment they were worked out last."""
    rows = [{"zone": zone, "as_of": moment} for zone in sorted(zones)]
    if not rows:
        return
    seen = insert(ZONES).values(rows)
    later = {"as_of": seen.excluded.as_of}
    session.execute(
        seen.on_conflict_do_update(index_elements=["zone"], set_=later, where=ZONES.c.as_of < seen.excluded.as_of)
    )
