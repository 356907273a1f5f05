"""Finds whom time alone may have moved: patients for whom a date has passed an edge of a rule between two moments.

Rules compare dates with whole local days, so an edge moves only in a zone in which a new day has begun. Whoever is
found is evaluated, so one too many does no harm; one too few would.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_

from journeys.criteria.dates import shifted
from journeys.criteria.facts.rule import DateCondition
from journeys.criteria.facts.zoned import Zones, local_day, start_of_day
from journeys.criteria.kinds import DAY

A_DAY = dt.timedelta(days=1)

Days = tuple[dt.date, dt.date]
"""The local days of two moments."""


def days_begun(zones: Zones, since: dt.datetime, now: dt.datetime) -> dict[str, Days]:
    """Zone → its local days at both moments, for every zone in which a day has begun between them."""
    days = {name: (local_day(spans, since), local_day(spans, now)) for name, spans in zones.items()}
    return {name: (before, after) for name, (before, after) in days.items() if before != after}


def passed(
    conditions: Iterable[DateCondition], rows: Any, zones: Zones, begun: Mapping[str, Days]
) -> ColumnElement[bool]:
    """SQL over fact rows: whether an edge of any of the conditions has passed the value of its column."""
    found = []
    for condition in conditions:
        column = rows.c[condition.column]
        for (low, high), names in stretches(condition, zones, begun).items():
            found.append(and_(column >= low, column < high, rows.c.zone.in_(names)))
    return or_(false(), *found)


def stretches(condition: DateCondition, zones: Zones, begun: Mapping[str, Days]) -> dict[tuple[Any, Any], list[str]]:
    """(from, to) → the zones in which the edge of a condition has moved from the one value to the other."""
    found: dict[tuple[Any, Any], list[str]] = {}
    for zone, (before, after) in begun.items():
        first, last = edge_of(condition, before), edge_of(condition, after)
        if first == last:
            continue
        stretch: tuple[Any, Any] = (first, last)
        if condition.kind != DAY:
            stretch = (start_of_day(zones[zone], first), start_of_day(zones[zone], last))
        found.setdefault(stretch, []).append(zone)
    return found


def edge_of(condition: DateCondition, today: dt.date) -> dt.date:
    """The first day on the later side of the edge."""
    day = shifted(today, dict(condition.plus))
    return day + A_DAY if condition.is_end else day
