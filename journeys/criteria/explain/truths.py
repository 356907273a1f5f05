"""The truth of every node of a rule: conditions by one statement, groups and segments by what is inside them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Boolean, false, func, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from journeys.criteria.compile import PatientRule
from journeys.criteria.explain.nodes import Truth
from journeys.criteria.known import Known
from journeys.criteria.shapes import GROUPS, Rule, shape_of

MOST_COLUMNS = 500
"""Conditions in one statement; only rules with large segments have more."""


def places_of(rule: Rule, where: str, known: Known) -> Iterator[tuple[str, Rule]]:
    """(place, rule) of a rule and of everything that is true or not for a patient inside it, segments included."""
    yield where, rule
    for inner_where, inner in rules_right_inside(rule, where, known):
        yield from places_of(inner, inner_where, known)


def rules_right_inside(rule: Rule, where: str, known: Known) -> Iterator[tuple[str, Rule]]:
    """(place, rule) of the parts of a group, or of the rule of a segment."""
    shape = shape_of(rule)
    if shape in GROUPS:
        for place, part in enumerate(rule[shape]):
            yield f"{where}.{shape}.{place}", part
    elif shape == "segment":
        yield f"{where}.segment", known.segments[rule["segment"]]


def truths(session: Session, deciding: PatientRule, places: list[tuple[str, Rule]]) -> dict[str, Truth]:
    """Place → truth of every node, for the patient that `deciding` is about.

    Only conditions are asked for, each once however often it stands in the rule and its segments; what holds them
    together is worked out from their truths. Asking for groups too would write every condition once for each group
    around it.
    """
    asked = {written(rule): rule for _, rule in places if is_condition(rule)}
    found = dict(zip(asked, truths_of(session, deciding, list(asked.values())), strict=True))
    return {where: together(rule, deciding.known, found) for where, rule in places}


def truths_of(session: Session, deciding: PatientRule, conditions: list[Rule]) -> Iterator[Truth]:
    """The truths of conditions, in their order."""
    for start in range(0, len(conditions), MOST_COLUMNS):
        some = conditions[start : start + MOST_COLUMNS]
        holds = array([known_flag(deciding.holds(rule)) for rule in some], type_=Boolean)
        fails = array([known_flag(deciding.fails(rule)) for rule in some], type_=Boolean)
        for is_so, is_not in zip(*session.execute(select(holds, fails)).one(), strict=True):
            yield True if is_so else False if is_not else None


def is_condition(rule: Rule) -> bool:
    """Whether a rule asks something itself; groups and segments only hold rules together."""
    return shape_of(rule) not in {*GROUPS, "segment"}


def written(rule: Rule) -> str:
    """The same text for the same condition."""
    return json.dumps(rule, sort_keys=True, default=str)


def together(rule: Rule, known: Known, found: Mapping[str, Truth]) -> Truth:
    """The truth of a rule by those of its conditions: not known where what is known does not decide."""
    if is_condition(rule):
        return found[written(rule)]
    parts = [together(part, known, found) for _, part in rules_right_inside(rule, "", known)]
    if "segment" in rule:
        return parts[0]
    decisive = "all" not in rule
    if decisive in parts:
        truth: Truth = decisive
    else:
        truth = None if None in parts else not decisive
    return truth if truth is None or "none" not in rule else not truth


def known_flag(flag: Any) -> Any:
    """A flag that is never NULL."""
    return func.coalesce(flag, false())
