"""Checks the values that rules hold: what each shape of `value` must look like. Never raises, whatever it is given."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from journeys.criteria.kinds import NUMBER, UNIT, Facet
from journeys.criteria.known import Known
from journeys.criteria.moments import Scope, moment_problems, moments_problems, span_problems
from journeys.criteria.operators.base import (
    MOMENT,
    NOTHING,
    SPAN,
    TWO_MOMENTS,
    TWO_NUMBERS,
    VALUE,
    VALUE_SET,
    VALUES,
)
from journeys.criteria.shapes import MOST_VALUES
from journeys.criteria.units import are_convertible, converted, is_unit
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

MOST_TEXT = 200
MOST_NUMBER = 1e15
UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
"""Characters that PostgreSQL cannot keep in a text."""


@dataclass(frozen=True)
class Wanted:
    """The value of one condition: what was written, where, for which fact, and what moments can name there."""

    value: Any
    where: str
    facet: Facet
    scope: Scope


def value_problems(wanted: Wanted, shape: str) -> Iterator[Problem]:
    """Everything wrong with a value of a shape; the shape `nothing` is the caller's to judge."""
    if shape == VALUE:
        yield from one_problems(wanted.value, wanted.where, wanted.facet)
    elif shape == VALUES:
        yield from list_problems(wanted)
    elif shape == TWO_NUMBERS:
        yield from pair_problems(wanted, order_of_numbers)
    elif shape == MOMENT:
        yield from moment_problems(wanted.value, wanted.where, wanted.scope)
    elif shape == TWO_MOMENTS:
        yield from moments_problems(wanted.value, wanted.where, wanted.scope)
    elif shape == SPAN:
        yield from span_problems(wanted.value, wanted.where, negative=False)
    elif shape == VALUE_SET:
        yield from value_set_problems(wanted.value, wanted.where, wanted.scope.known)
    elif shape != NOTHING:
        raise ValueError(f"There is no shape {shape}")


def one_problems(value: Any, where: str, facet: Facet) -> Iterator[Problem]:
    """A number for a number, a code for a code."""
    if facet.kind == NUMBER:
        yield from number_problems(value, where, facet)
        return
    if not isinstance(value, str) or not value.strip() or len(value) > MOST_TEXT or UNWRITABLE.search(value):
        yield Problem(where, N_("Write a text of 1 to %(most)s characters"), {"most": MOST_TEXT})
    elif facet.choices and value not in facet.choices:
        choices = ", ".join(facet.choices)
        yield Problem(
            where, N_("%(value)s is not possible here; possible are: %(choices)s"), {"value": value, "choices": choices}
        )
    elif facet.pattern and not re.fullmatch(facet.pattern, value):
        example = {"value": value, "example": facet.example}
        yield Problem(where, N_("%(value)s does not have the form expected here, for example %(example)s"), example)


def number_problems(value: Any, where: str, facet: Facet) -> Iterator[Problem]:
    """A number, or one with a unit that the numbers of this fact can be converted to."""
    if not isinstance(value, dict):
        if not is_number(value):
            yield Problem(where, N_("Write a number"))
        return
    if set(value) != {"number", "unit"} or not is_number(value["number"]):
        yield Problem(where, N_('Write a number, or a number with its unit: {"number": 160, "unit": "mm[Hg]"}'))
        return
    unit = value["unit"]
    place = f"{where}.unit"
    if not (facet.unit or facet.beside == UNIT):
        yield Problem(place, N_("These numbers have no unit: write the number alone"))
    elif not isinstance(unit, str) or not is_unit(unit):
        data = {"unit": str(unit)[:MOST_TEXT]}
        yield Problem(place, N_("%(unit)s is no unit of UCUM; write for example mm[Hg], mg/dL or Cel"), data)
    elif facet.unit and not are_convertible(unit, facet.unit):
        data = {"unit": unit, "other": facet.unit}
        yield Problem(place, N_("%(unit)s cannot be converted to %(other)s, the unit of these numbers"), data)


def value_set_problems(slug: Any, where: str, known: Known) -> Iterator[Problem]:
    """The slug of a value set in force."""
    if not isinstance(slug, str) or slug not in known.value_sets:
        data = {"value_set": str(slug)[:MOST_TEXT]}
        yield Problem(where, N_("There is no published value set %(value_set)s"), data)


def is_number(value: Any) -> bool:
    """Whether a value is a finite number of a size that can be compared; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= MOST_NUMBER and math.isfinite(value)


def list_problems(wanted: Wanted) -> Iterator[Problem]:
    """A list with at least one value, each of its kind, none twice."""
    if not isinstance(wanted.value, list) or not wanted.value:
        yield Problem(wanted.where, N_("Write a list with at least one value"))
        return
    if len(wanted.value) > MOST_VALUES:
        data = {"count": len(wanted.value), "most": MOST_VALUES}
        yield Problem(wanted.where, N_("The list has %(count)s values, at most %(most)s are possible"), data)
        return
    for place, value in enumerate(wanted.value):
        yield from one_problems(value, f"{wanted.where}.{place}", wanted.facet)


def pair_problems(wanted: Wanted, order: Any) -> Iterator[Problem]:
    """Two values of the fact's kind, the smaller first."""
    if not isinstance(wanted.value, list) or len(wanted.value) != 2:
        yield Problem(wanted.where, N_("Write a list of two values"))
        return
    found = [
        problem
        for place, value in enumerate(wanted.value)
        for problem in one_problems(value, f"{wanted.where}.{place}", wanted.facet)
    ]
    yield from found
    if not found:
        yield from order(wanted.value, wanted.where)


def order_of_numbers(pair: list[Any], where: str) -> Iterator[Problem]:
    """The first number is not above the second, and both have units of one dimension or none."""
    units = [each["unit"] if isinstance(each, dict) else "" for each in pair]
    if units[0] != units[1] and not ("" not in units and are_convertible(*units)):
        yield Problem(where, N_("Write both numbers with units of one kind, or both without"))
        return
    first, second = (each["number"] if isinstance(each, dict) else each for each in pair)
    if first > converted(second, units[1], units[0]):
        yield Problem(where, N_("The first value is above the second, so nothing can lie between them"))
