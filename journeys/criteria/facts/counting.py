"""Counts many rules in one statement: those on facts in one reading of the fact rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import CompoundSelect, Select, func, literal, not_, select, union_all
from sqlalchemy.orm import Session

from journeys.criteria.comparing import Flag
from journeys.criteria.compile import PatientRule, patients
from journeys.criteria.facts.facts import Facts
from journeys.criteria.facts.members import are_usable, doubtful, is_true_now, members_if_usable
from journeys.criteria.facts.rule import FactRule
from journeys.criteria.known import Known
from journeys.criteria.shapes import Rule
from journeys.criteria.subject import Subject
from journeys.store.people import Patient

CANNOT_BE_USED = -1
"""Stands in the place of a rule."""

Compiled = Sequence[tuple[int, Rule, Flag]]
"""The place of a rule, the rule, and whether it holds for a fact row."""


def count_each(session: Session, rules: Sequence[Rule], now: dt.datetime, known: Known, facts: Facts) -> list[int]:
    """How many patients are in each valid rule.

    The statement says whether the facts could be used; if not, which is rare, the records are counted instead.
    """
    counts = [0] * len(rules)
    for place, count in session.execute(counting(rules, now, known, facts)):
        if place == CANNOT_BE_USED:
            return count_by_records(session, rules, now, known)
        counts[place] += count
    return counts


def count_by_records(session: Session, rules: Sequence[Rule], now: dt.datetime, known: Known) -> list[int]:
    """How many patients are in each valid rule, without facts."""
    parts = [counted(place, patients(rule, now, known)) for place, rule in enumerate(rules)]
    counts = [0] * len(rules)
    for place, count in session.execute(union_all(*parts)):
        counts[place] = count
    return counts


def counting(rules: Sequence[Rule], now: dt.datetime, known: Known, facts: Facts) -> CompoundSelect[Any]:
    """SELECT (place of a rule, count): the sum over a place is the count of the rule."""
    together: list[tuple[int, Rule, Flag]] = []
    parts: list[Select[int, int]] = [select(literal(CANNOT_BE_USED), literal(0)).where(not_(are_usable(now, facts)))]
    for place, rule in enumerate(rules):
        on_facts = FactRule(now, known, facts)
        holds = on_facts.holds(rule)
        if on_facts.used.has_columns and not on_facts.used.reads_records:
            together.append((place, rule, holds))
        else:
            found = members_if_usable(rule, now, known, facts) or [patients(rule, now, known)]
            parts += [counted(place, each) for each in found]
    if together:
        parts += in_one_reading(together, now, facts)
        parts += among_doubtful(together, now, known, facts)
    return union_all(*parts)


def counted(place: int, found: Select[Any]) -> Select[int, int]:
    """SELECT a place and how many were found."""
    return select(literal(place), func.count()).select_from(found.subquery())


def in_one_reading(rules: Compiled, now: dt.datetime, facts: Facts) -> list[Select[int, int]]:
    """Count the fact rows that are true now, all flags at once."""
    rows = facts.rows
    counts = [func.count().filter(flag).label(f"of_{place}") for place, _, flag in rules]
    read = select(*counts).select_from(rows).where(are_usable(now, facts), *is_true_now(rows, now)).cte("read_once")
    return [select(literal(place), read.c[f"of_{place}"]) for place, *_ in rules]


def among_doubtful(rules: Compiled, now: dt.datetime, known: Known, facts: Facts) -> list[Select[int, int]]:
    """Count the others by their records."""
    member = Patient.__table__.alias("member")
    subject = Subject(patient_id=member.c.id, now=now, patient=member)
    counts = [func.count().filter(PatientRule(subject, known).holds(rule)).label(f"of_{at}") for at, rule, _ in rules]
    read = (
        select(*counts)
        .select_from(doubtful(member, now, facts))
        .where(are_usable(now, facts), member.c.merged_into_id.is_(None))
    )
    looked_at = read.cte("looked_at")
    return [select(literal(place), looked_at.c[f"of_{place}"]) for place, *_ in rules]
