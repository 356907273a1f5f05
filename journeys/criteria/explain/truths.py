"""The truth of every node of a rule, by one statement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Boolean, false, func, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from journeys.criteria.compile import PatientRule
from journeys.criteria.explain.nodes import Truth
from journeys.criteria.known import Known
from journeys.criteria.shapes import GROUPS, Rule, shape_of

MOST_COLUMNS = 500
"""Nodes in one statement; only rules with large segments have more."""


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
    """Place → truth of every node, for the patient that `deciding` is about."""
    found: dict[str, Truth] = {}
    for start in range(0, len(places), MOST_COLUMNS):
        some = places[start : start + MOST_COLUMNS]
        holds = array([known_flag(deciding.holds(rule)) for _, rule in some], type_=Boolean)
        fails = array([known_flag(deciding.fails(rule)) for _, rule in some], type_=Boolean)
        held, failed = session.execute(select(holds, fails)).one()
        for (where, _), is_so, is_not in zip(some, held, failed, strict=True):
            found[where] = True if is_so else False if is_not else None
    return found


def known_flag(flag: Any) -> Any:
    """A flag that is never NULL."""
    return func.coalesce(flag, false())
