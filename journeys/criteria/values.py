"""Checks the values that rules hold: what each shape of `value` must look like. Never raises, whatever it is given."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from journeys.criteria.dates import UNITS
from journeys.criteria.fields.base import Record
from journeys.criteria.kinds import DAY, INSTANT, NUMBER, Facet
from journeys.criteria.operators.base import (
    MOMENT,
    NOTHING,
    SPAN,
    TWO_MOMENTS,
    TWO_NUMBERS,
    VALUE,
    VALUES,
)
from journeys.criteria.shapes import MOST_VALUES
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

MOST_TEXT = 200
MOST_NUMBER = 1e15
MOST_UNITS = {"days": 36_600, "weeks": 5_300, "months": 1_200, "years": 100}
FIRST_DAY = dt.date(1890, 1, 1)
LAST_DAY = dt.date(2150, 12, 31)
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
"""Characters that PostgreSQL cannot keep in a text."""


@dataclass(frozen=True)
class Wanted:
    """The value of one condition: what was written, where, for which fact, about which kind of focus record."""

    value: Any
    where: str
    facet: Facet
    focus: Record | None


def value_problems(wanted: Wanted, shape: str) -> Iterator[Problem]:
    """Everything wrong with a value of a shape; the shape `nothing` is the caller's to judge."""
    if shape == VALUE:
        yield from one_problems(wanted.value, wanted.where, wanted.facet)
    elif shape == VALUES:
        yield from list_problems(wanted)
    elif shape == TWO_NUMBERS:
        yield from pair_problems(wanted, order_of_numbers)
    elif shape == MOMENT:
        yield from moment_problems(wanted.value, wanted.where, wanted.focus)
    elif shape == TWO_MOMENTS:
        yield from moments_problems(wanted.value, wanted.where, wanted.focus)
    elif shape == SPAN:
        yield from span_problems(wanted.value, wanted.where, negative=False)
    elif shape != NOTHING:
        raise ValueError(f"There is no shape {shape}")


def one_problems(value: Any, where: str, facet: Facet) -> Iterator[Problem]:
    """A number for a number, a code for a code."""
    if facet.kind == NUMBER:
        if not is_number(value):
            yield Problem(where, N_("Write a number"))
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
    """The first number is not above the second."""
    if pair[0] > pair[1]:
        yield Problem(where, N_("The first value is above the second, so nothing can lie between them"))


def moments_problems(value: Any, where: str, focus: Record | None) -> Iterator[Problem]:
    """Two moments; two fixed dates stand in order."""
    if not isinstance(value, list) or len(value) != 2:
        yield Problem(where, N_("Write a list of two moments"))
        return
    found = [
        problem for place, moment in enumerate(value) for problem in moment_problems(moment, f"{where}.{place}", focus)
    ]
    yield from found
    if not found and all(set(moment) == {"date"} for moment in value) and value[0]["date"] > value[1]["date"]:
        yield Problem(where, N_("The first date is after the second, so nothing can lie between them"))


def moment_problems(moment: Any, where: str, focus: Record | None) -> Iterator[Problem]:
    """`now`, `date` or `focus`, exactly one of them, and perhaps `plus`."""
    if not isinstance(moment, dict):
        yield Problem(where, N_('Write a moment, for example {"now": true} or {"date": "2026-03-01"}'))
        return
    for key in sorted(str(key) for key in moment.keys() - {"now", "date", "focus", "plus"}):
        yield Problem(f"{where}.{key}", N_("A moment has no part %(key)s"), {"key": key})
    bases = [key for key in ("now", "date", "focus") if key in moment]
    if len(bases) != 1:
        yield Problem(where, N_("A moment is one of now, date and focus"))
    elif bases == ["now"] and moment["now"] is not True:
        yield Problem(f"{where}.now", N_("Only true is possible here"))
    elif bases == ["date"]:
        yield from date_problems(moment["date"], f"{where}.date")
    elif bases == ["focus"]:
        yield from focus_problems(moment["focus"], f"{where}.focus", focus)
    if "plus" in moment:
        yield from span_problems(moment["plus"], f"{where}.plus", negative=True)


def date_problems(value: Any, where: str) -> Iterator[Problem]:
    """A day that exists, within the years that rules work with."""
    try:
        day = dt.date.fromisoformat(value) if ISO_DAY.fullmatch(value) else None
    except (TypeError, ValueError):
        day = None
    if day is None:
        yield Problem(where, N_("Write a date that exists as year-month-day, for example 2026-03-01"))
    elif not FIRST_DAY <= day <= LAST_DAY:
        yield Problem(where, N_("The year must lie between %(first)s and %(last)s"), {"first": 1890, "last": 2150})


def focus_problems(name: Any, where: str, focus: Record | None) -> Iterator[Problem]:
    """A date of the focus record."""
    if focus is None:
        yield Problem(where, N_("There is no record in focus here"))
        return
    attribute = focus.attribute(name) if isinstance(name, str) else None
    if attribute is None or attribute.kind not in {DAY, INSTANT}:
        dates = [each for each, attribute in focus.attributes.items() if attribute.kind in {DAY, INSTANT}]
        data = {"record": focus.name, "choices": ", ".join(["date", *dates])}
        yield Problem(where, N_("The record %(record)s has no such date; possible are: %(choices)s"), data)


def span_problems(span: Any, where: str, *, negative: bool) -> Iterator[Problem]:
    """Units with whole numbers, at least one; only `plus` may go back."""
    if not isinstance(span, dict) or not span:
        yield Problem(where, N_('Write a span of time, for example {"days": 30}'))
        return
    for unit, number in span.items():
        most = MOST_UNITS.get(unit)
        place = f"{where}.{unit}"
        if most is None:
            choices = {"unit": str(unit), "choices": ", ".join(UNITS)}
            yield Problem(place, N_("There is no unit %(unit)s; possible are: %(choices)s"), choices)
        elif not isinstance(number, int) or isinstance(number, bool):
            yield Problem(place, N_("Write a whole number"))
        elif not (-most if negative else 0) <= number <= most:
            least = -most if negative else 0
            yield Problem(
                place, N_("The number must lie between %(least)s and %(most)s"), {"least": least, "most": most}
            )
