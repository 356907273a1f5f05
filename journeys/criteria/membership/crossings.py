"""Finds whom time alone may have moved: patients for whom a date has passed an edge of a rule between two moments.

Rules compare dates with whole local days, so an edge moves only in a zone in which a new day has begun. Whoever is
found is evaluated, so one too many does no harm; one too few would.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Date, DateTime, Text, and_, any_, bindparam, false, or_

from journeys.criteria.dates import shifted
from journeys.criteria.facts.rule import DateCondition
from journeys.criteria.facts.zoned import Zones, local_day, start_of_day
from journeys.criteria.kinds import DAY

A_DAY = dt.timedelta(days=1)
BEGUN = bindparam("begun", type_=ARRAY(Text()))
"""The zones in which a day has begun."""

Days = tuple[dt.date, dt.date]
"""The local days of two moments."""


def days_begun(zones: Zones, since: dt.datetime, now: dt.datetime) -> dict[str, Days]:
    """Zone → its local days at both moments, for every zone in which a day has begun between them."""
    days = {name: (local_day(spans, since), local_day(spans, now)) for name, spans in zones.items()}
    return {name: (before, after) for name, (before, after) in days.items() if before != after}


def passed(conditions: Sequence[DateCondition], rows: Any) -> ColumnElement[bool]:
    """SQL over fact rows: whether an edge of any of the conditions has passed the value of its column.

    What changes from round to round are parameters (`passed_values`).
    """
    found = []
    for place, condition in enumerate(conditions):
        column = rows.c[condition.column]
        kind = Date() if condition.kind == DAY else DateTime(timezone=True)
        low, high = (bindparam(name, type_=kind) for name in names_of(place))
        found.append(and_(column >= low, column < high, rows.c.zone == any_(BEGUN)))
    return or_(false(), *found)


def passed_values(conditions: Sequence[DateCondition], zones: Zones, begun: Mapping[str, Days]) -> dict[str, Any]:
    """The parameters of `passed`: one stretch for each condition, in which lies what its edge has passed in any of the
    zones."""
    values: dict[str, Any] = {BEGUN.key: list(begun)}
    for place, condition in enumerate(conditions):
        stretches = list(stretches_of(condition, zones, begun))
        low, high = names_of(place)
        values[low] = min(first for first, _ in stretches)
        values[high] = max(last for _, last in stretches)
    return values


def names_of(place: int) -> tuple[str, str]:
    """The parameters between which an edge has moved."""
    return f"passed_{place}_from", f"passed_{place}_to"


def stretches_of(condition: DateCondition, zones: Zones, begun: Mapping[str, Days]) -> Iterator[tuple[Any, Any]]:
    """From where to where the edge of a condition has moved, in each of the zones."""
    for zone, (before, after) in begun.items():
        first, last = edge_of(condition, before), edge_of(condition, after)
        if condition.kind == DAY:
            yield first, last
        else:
            yield start_of_day(zones[zone], first), start_of_day(zones[zone], last)


def edge_of(condition: DateCondition, today: dt.date) -> dt.date:
    """The first day on the later side of the edge."""
    day = shifted(today, dict(condition.plus))
    return day + A_DAY if condition.is_end else day


def conditions_of(each: Iterable[Iterable[DateCondition]]) -> tuple[DateCondition, ...]:
    """Those of several rules, each once."""
    return tuple(dict.fromkeys(condition for conditions in each for condition in conditions))
