"""Who is in a rule: by the facts that are true now, and by the records for everyone else, in one statement."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Join, Select, and_, false, func, literal, not_, or_, select, union, union_all

from journeys.criteria.comparing import Flag
from journeys.criteria.compile import PatientRule, patients
from journeys.criteria.facts.facts import Facts
from journeys.criteria.facts.findable import findable
from journeys.criteria.facts.rule import FactRule, used_by
from journeys.criteria.known import Known
from journeys.criteria.shapes import Rule
from journeys.criteria.subject import Subject
from journeys.store.facts import EVERYBODY, FACT_MARK, FactZone
from journeys.store.people import Patient

ZONES = FactZone.__table__
MOST_MARKS = 20_000
"""So many fit into the memory of a statement; catching up takes them away in one batch."""

MARKED = select(FACT_MARK.c.patient_id).limit(MOST_MARKS + 1)


def members(rule: Rule, now: dt.datetime, known: Known, facts: Facts) -> Select[Any]:
    """SELECT `patient_id` of everyone in a valid rule at `now`, each once: who `compile.patients` finds too."""
    whole = patients(rule, now, known)
    found = members_if_usable(rule, now, known, facts)
    if found is None:
        return whole
    everyone = union_all(*found, whole.where(not_(are_usable(now, facts)))).subquery("found")
    return select(everyone.c.patient_id)


def members_if_usable(rule: Rule, now: dt.datetime, known: Known, facts: Facts) -> list[Select[Any]] | None:
    """The same in two parts: by facts, by records; nobody where facts cannot be used, None when a rule reads none."""
    on_facts = FactRule(now, known, facts)
    holds = on_facts.holds(rule)
    if not on_facts.used.has_columns:
        return None
    where = [holds, *is_true_now(facts.rows, now)]
    if not on_facts.used.reads_records:
        where = found_first(holds, where, facts.rows)
    by_facts = select(facts.rows.c.patient_id).where(are_usable(now, facts), *where)
    return [by_facts, select_by_records(rule, now, known, facts)]


def found_first(holds: Flag, where: list[Flag], rows: Any) -> list[Flag]:
    """Conditions on fact rows alone, said so that the planner can either find rows by indexes or read straight through.

    It sees only what is fit for an index; the whole is one expression that is worked out in the order it is written in.
    """
    return [*findable(holds, rows.c.patient_id), func.coalesce(and_(*where), false())]


def is_true_now(rows: Any, now: dt.datetime | ColumnElement[dt.datetime]) -> tuple[Flag, Flag]:
    """Whether a fact row is true now: its time is not over, and nobody has marked it.

    The marks are looked up in one small table in memory, and only for rows that are otherwise in the rule.
    """
    return rows.c.stale_at > now, rows.c.patient_id.not_in(MARKED)


def are_usable(now: dt.datetime, facts: Facts) -> ColumnElement[bool]:
    """Whether fact rows can be read at all: decided once in a statement.

    Not when everybody is marked, or so many that the records are the quicker way; not when a row was worked out for a
    later moment, or when a row's zone is a new one.
    """
    is_later = or_(ZONES.c.as_of > now, ZONES.c.zone.not_in(list(facts.zones)))
    later = select(literal(1)).select_from(ZONES).where(is_later)
    everybody = select(literal(1)).select_from(FACT_MARK).where(FACT_MARK.c.patient_id == EVERYBODY)
    marks = select(func.count()).select_from(MARKED.subquery("marked")).scalar_subquery()
    return and_(not_(later.exists()), not_(everybody.exists()), marks <= MOST_MARKS)


def select_by_records(rule: Rule, now: dt.datetime, known: Known, facts: Facts) -> Select[Any]:
    """SELECT whoever is in a rule among those whose facts are not true now."""
    member = Patient.__table__.alias("member")
    subject = Subject(patient_id=member.c.id, now=now, patient=member)
    return (
        select(member.c.id)
        .select_from(doubtful(member, now, facts))
        .where(are_usable(now, facts), member.c.merged_into_id.is_(None), PatientRule(subject, known).holds(rule))
    )


def doubtful(member: Any, now: dt.datetime, facts: Facts) -> Join:
    """The patients whose facts are not true now, each once, joined to their rows."""
    marked = select(FACT_MARK.c.patient_id)
    outdated = select(facts.rows.c.patient_id).where(facts.rows.c.stale_at <= now)
    found = union(marked, outdated).subquery("doubtful")
    return found.join(member, member.c.id == found.c.patient_id)


def condition_on_facts(rule: Rule, now: dt.datetime, known: Known, facts: Facts) -> Flag:
    """Whether a valid rule is so for a row of `facts.rows`; never NULL. The rows must be true at `now`."""
    return func.coalesce(FactRule(now, known, facts, many=False).holds(rule), false())


def is_on_facts(rule: Rule, known: Known, facts: Facts) -> bool:
    """Whether a rule reads fact rows only."""
    return not used_by(rule, known, facts).reads_records
