"""Which dated records of each patient a guideline looks at: the last that satisfied it, where it starts, how many.

Of each kind of record one is picked per patient by its own date; days are those of the patient's zone, worked out for
what was picked only. `who` is the relation of the patients asked about: `patient_id`, `zone`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, CompoundSelect, Date, Select, cast, func, literal, null, select, union_all
from sqlalchemy.dialects.postgresql import distinct_on

from journeys.care.guidelines.content import FIRST, LAST, Anchor
from journeys.criteria.compile import PatientRule
from journeys.criteria.custom.as_of import as_of
from journeys.criteria.dates import Clock, Span, shifted_in_sql
from journeys.criteria.explain.past import PastRule
from journeys.criteria.fields import RECORDS
from journeys.criteria.kinds import DAY
from journeys.criteria.known import Known
from journeys.criteria.local_days import LocalDays
from journeys.criteria.shapes import Rule
from journeys.criteria.subject import Subject


@dataclass(frozen=True)
class Looking:
    """As of when records are looked at, what rules may name, and for whom: everybody where `among` is None.

    `past` says that the moment is over: what began later is left out, wherever a date says so.
    """

    now: dt.datetime
    known: Known
    among: Select[int] | None = None
    past: bool = False

    def rule(self, subject: Subject, days: LocalDays | None = None) -> PatientRule:
        """What compiles conditions on that subject."""
        if self.past:
            return PastRule(subject, as_of(self.known, self.now), days)
        return PatientRule(subject, self.known, days)

    def day_of(self, zone: Any, value: Any, kind: str) -> Any:
        """A date as a day of the patient's zone."""
        return value if kind == DAY else Clock(self.now, zone).local_day(value)


@dataclass(frozen=True)
class Found:
    """Records of a kind that fit: a SELECT of `patient_id`, `at` (of this `kind`), `record_id`."""

    rows: Select[Any]
    kind: str


def once(rows: Select[Any], name: str) -> Any:
    """A relation that is worked out once, with its columns: the planner would put what a column is made of wherever it
    is named, look days of zones up in six hundred places of one statement, and read it anew for every patient."""
    return rows.cte(name).prefix_with("MATERIALIZED")


def records(looking: Looking, rule: Rule, date: str = "date", *, up_to_now: bool = True) -> Found:
    """SELECT every record that a valid `happened` means and that has the date."""
    record = RECORDS[rule["happened"]]
    row = record.rows
    whose = looking.rule(Subject(patient_id=row.c.patient_id, now=looking.now))
    clock = whose.clock_of(row)
    attribute = record.attribute(date) or looking.known.attributes(record)[date]
    value = attribute.value(row)
    fits = [whose.finding.is_there(rule, record, row), *whose.finding.is_wanted(rule, record, row, clock)]
    fits.append(clock.not_after(value, attribute.kind, {"now": True}) if up_to_now else value.is_not(None))
    if looking.among is not None:
        fits.append(row.c.patient_id.in_(looking.among))
    found = select(row.c.patient_id, value.label("at"), row.c.id.label("record_id")).where(*fits)
    return Found(found, attribute.kind)


def picked(found: Found, who: Any, pick: str = LAST) -> Any:
    """The first or last of the records of each of `who`, with their zone; of equal dates the larger id is the later."""
    patient, at, record = found.rows.selected_columns
    keys = [patient, at, record]
    # one direction for all, so that an index by patient and date is read as it stands
    order = keys if pick == FIRST else [key.desc() for key in keys]
    # joined before any is picked: few are meant by most guidelines, and most records are somebody else's
    meant = found.rows.add_columns(who.c.zone).join(who, who.c.patient_id == patient)
    return meant.order_by(*order).ext(distinct_on(patient))


def last_satisfying(looking: Looking, who: Any, rules: Sequence[Rule]) -> Any:
    """The last record that satisfied each patient: `patient_id`, `place` (of its rule), `record_id`, `day`."""
    each = [one_source(looking, who, place, rule) for place, rule in enumerate(rules)]
    if len(each) == 1:
        return once(each[0], "met")
    every = union_all(*each).subquery("met_each")
    latest = select(every).order_by(every.c.patient_id, every.c.day.desc(), every.c.place)
    return once(latest.ext(distinct_on(every.c.patient_id)), "met")


def one_source(looking: Looking, who: Any, place: int, rule: Rule) -> Select[Any]:
    """The same of one rule."""
    found = records(looking, rule)
    one = picked(found, who).subquery(f"met_{place}")
    day = looking.day_of(one.c.zone, one.c.at, found.kind)
    return select(one.c.patient_id, literal(place).label("place"), one.c.record_id, day.label("day"))


def days_satisfied(looking: Looking, begun: Any, rules: Sequence[Rule]) -> Any:
    """On how many days each patient satisfied it since its start, `anchor_on`: `patient_id`, `days`, `last_day`."""
    each = []
    for place, rule in enumerate(rules):
        found = records(looking, rule)
        rows = found.rows.subquery(f"every_{place}")
        day = looking.day_of(begun.c.zone, rows.c.at, found.kind)
        columns = (begun.c.patient_id, begun.c.anchor_on, day.label("day"))
        each.append(select(*columns).join_from(begun, rows, rows.c.patient_id == begun.c.patient_id))
    every: CompoundSelect[Any] = union_all(*each)
    days = every.subquery("every")
    counted = select(
        days.c.patient_id, func.count(days.c.day.distinct()).label("days"), func.max(days.c.day).label("last_day")
    )
    return counted.where(days.c.day >= days.c.anchor_on).group_by(days.c.patient_id).subquery("counted")


@dataclass(frozen=True)
class Start:
    """A relation to join for an anchor that is a record (None for a date of the patient), its day and its id as SQL."""

    rows: Any
    day: Any
    record_id: Any


@dataclass(frozen=True)
class Settled:
    """What satisfied each patient last (`last_satisfying`), and how long before its day a window opens."""

    met: Any
    soon: Span


def starts(looking: Looking, who: Any, anchors: Sequence[Anchor], settled: Settled) -> list[Start]:
    """Where each anchor would let a patient of `who` start; the columns `field_<place>` of `who` are the patient's."""
    found = []
    for place, anchor in enumerate(anchors):
        if anchor.field:
            kind = looking.known.facts()[anchor.field].kind
            day = looking.day_of(who.c.zone, who.c[f"field_{place}"], kind)
            found.append(Start(None, cast(day, Date), cast(null(), BigInteger)))
            continue
        dated = records(looking, anchor.rule, anchor.date, up_to_now=anchor.pick == LAST)
        chosen = picked(dated, who, anchor.pick)
        if anchor.wins and anchor.pick == FIRST:
            chosen = first_ahead(looking, who, anchor, dated, settled)
        one = chosen.subquery(f"picked_{place}")
        day = looking.day_of(one.c.zone, one.c.at, dated.kind)
        rows = once(select(one.c.patient_id, one.c.record_id, day.label("day")), f"anchor_{place}")
        found.append(Start(rows, rows.c.day, rows.c.record_id))
    return found


def first_ahead(looking: Looking, who: Any, anchor: Anchor, dated: Found, settled: Settled) -> Any:
    """The first of each patient's records whose window nothing satisfied yet; the first of all where there is none."""
    rows, met = dated.rows.subquery("ahead"), settled.met
    day = shifted_in_sql(looking.day_of(who.c.zone, rows.c.at, dated.kind), anchor.plus)
    is_over = func.coalesce(shifted_in_sql(day, settled.soon, -1) <= met.c.day, literal(False))
    joined = rows.join(who, who.c.patient_id == rows.c.patient_id)
    joined = joined.outerjoin(met, met.c.patient_id == rows.c.patient_id)
    each = select(rows.c.patient_id, rows.c.at, rows.c.record_id, who.c.zone).select_from(joined)
    return each.order_by(rows.c.patient_id, is_over, rows.c.at, rows.c.record_id).ext(distinct_on(rows.c.patient_id))
