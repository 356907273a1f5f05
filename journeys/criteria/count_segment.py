"""Counts who is in a rule, and who is in each of its conditions alone: what a consultant sees while writing it.

One statement counts everything. What is counted is what the act may see: row-level policies scope the portal's role.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from journeys.criteria.check import problems
from journeys.criteria.facts.counting import count_each
from journeys.criteria.facts.facts import read_facts
from journeys.criteria.known import known
from journeys.criteria.limits import limited
from journeys.criteria.seeing import fields_behind
from journeys.criteria.shapes import Rule, leaves_of
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import refuse_errors


@dataclass(frozen=True)
class ConditionCount:
    """How many patients one condition alone holds for; `where` is its place in the rule."""

    where: str
    rule: Rule
    count: int


@dataclass(frozen=True)
class Counts:
    """How many patients a rule holds for, and each of its conditions in reading order."""

    total: int
    conditions: tuple[ConditionCount, ...]


def count_segment(session: Session, act: Act, rule: Rule) -> Counts:
    """Count a rule, published or not; Invalid with its problems, or when counting takes too long."""
    in_force = known(session)
    refuse_errors(problems(rule, "rule", in_force))
    leaves = list(leaves_of(rule, "rule"))
    asked = [rule, *(leaf for _, leaf in leaves)]
    with limited(session, "rule"):
        counts = count_each(session, asked, act.now, in_force, read_facts(session))
    detail = {"total": counts[0], "fields": fields_behind([rule], in_force)}
    audit.note(session, "R", "segment.count", detail=detail)
    conditions = [ConditionCount(where, leaf, counts[place]) for place, (where, leaf) in enumerate(leaves, start=1)]
    return Counts(counts[0], tuple(conditions))
