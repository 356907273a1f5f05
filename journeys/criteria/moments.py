"""Checks moments and spans of time as rules hold them. Never raises, whatever it is given."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from journeys.criteria.dates import BASES, UNITS
from journeys.criteria.fields.base import Record
from journeys.criteria.kinds import DAY, INSTANT
from journeys.criteria.known import Known
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

MOST_UNITS = {"days": 36_600, "weeks": 5_300, "months": 1_200, "years": 100}
FIRST_DAY = dt.date(1890, 1, 1)
LAST_DAY = dt.date(2150, 12, 31)
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
DATES = frozenset({DAY, INSTANT})


@dataclass(frozen=True)
class Scope:
    """What a moment can name where it stands: facts, the focus record, and inside `also` the record that was found."""

    known: Known
    focus: Record | None = None
    outer: Record | None = None


def moments_problems(value: Any, where: str, scope: Scope) -> Iterator[Problem]:
    """Two moments; two fixed dates stand in order."""
    if not isinstance(value, list) or len(value) != 2:
        yield Problem(where, N_("Write a list of two moments"))
        return
    found = [
        problem for place, moment in enumerate(value) for problem in moment_problems(moment, f"{where}.{place}", scope)
    ]
    yield from found
    if not found and all(set(moment) == {"date"} for moment in value) and value[0]["date"] > value[1]["date"]:
        yield Problem(where, N_("The first date is after the second, so nothing can lie between them"))


def moment_problems(moment: Any, where: str, scope: Scope) -> Iterator[Problem]:
    """Exactly one thing to start from, and perhaps `plus`."""
    if not isinstance(moment, dict):
        yield Problem(where, N_('Write a moment, for example {"now": true} or {"date": "2026-03-01"}'))
        return
    for key in sorted(str(key) for key in moment.keys() - {*BASES, "plus", "exact"}):
        yield Problem(f"{where}.{key}", N_("A moment has no part %(key)s"), {"key": key})
    bases = [key for key in BASES if key in moment]
    if len(bases) != 1:
        yield Problem(where, N_("A moment is one of: %(choices)s"), {"choices": ", ".join(BASES)})
    else:
        yield from base_problems(bases[0], moment[bases[0]], f"{where}.{bases[0]}", scope)
    if "exact" in moment:
        yield from exact_problems(moment, f"{where}.exact", scope)
    if "plus" in moment:
        yield from span_problems(moment["plus"], f"{where}.plus", negative=True)


def exact_problems(moment: dict[Any, Any], where: str, scope: Scope) -> Iterator[Problem]:
    """The very instant is that of a record, and nothing can be added to it."""
    attribute = None if scope.outer is None else scope.known.attribute(scope.outer, moment.get("record"))
    if moment["exact"] is not True or "plus" in moment or attribute is None or attribute.kind != INSTANT:
        yield Problem(where, N_("Only true is possible here, beside a date with a time of a record and nothing else"))


def base_problems(base: str, value: Any, where: str, scope: Scope) -> Iterator[Problem]:
    """Problems of what a moment starts from."""
    if base == "now":
        if value is not True:
            yield Problem(where, N_("Only true is possible here"))
    elif base == "date":
        yield from date_problems(value, where)
    elif base == "field":
        yield from fact_problems(value, where, scope.known)
    else:
        yield from of_record_problems(base, value, where, scope)


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


def fact_problems(name: Any, where: str, known: Known) -> Iterator[Problem]:
    """A date among the facts of the patient."""
    field = known.fact(name)
    if field is None or field.kind not in DATES or field.parameters:
        dates = [each for each, fact in known.facts().items() if fact.kind in DATES and not fact.parameters]
        choices = {"choices": ", ".join(dates)}
        yield Problem(where, N_("This is no date of the patient; possible are: %(choices)s"), choices)


def of_record_problems(base: str, name: Any, where: str, scope: Scope) -> Iterator[Problem]:
    """A date of the focus record, or of the record that was found."""
    record = scope.focus if base == "focus" else scope.outer
    if record is None:
        nobody = N_("There is no record in focus here") if base == "focus" else N_("Only inside also there is a record")
        yield Problem(where, nobody)
        return
    attribute = scope.known.attribute(record, name)
    if attribute is None or attribute.kind not in DATES:
        attributes = scope.known.attributes(record)
        dates = [each for each, attribute in attributes.items() if attribute.kind in DATES]
        data = {"record": record.name, "choices": ", ".join(["date", *dates])}
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
