"""Working hours as data, and the slots that they make: weekly stretches of wall time in a zone, without closed days.

A slot is as long as it says on the clock of the wall that never jumps: where the clocks go forward a day has fewer
slots, where they go back it has more. A stretch that lies in the gap altogether has none that day.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import Any

from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.foundation.zone_days import instant_of_wall

A_DAY = dt.timedelta(days=1)
WEEKDAYS = ("1", "2", "3", "4", "5", "6", "7")
"""ISO's: Monday is 1."""

Span = tuple[dt.datetime, dt.datetime]
Stretch = tuple[dt.time, dt.time]


def slots_of(
    hours: Mapping[str, Any], zone: str, minutes: int, closed: Collection[str], first: dt.date, last: dt.date
) -> Iterator[Span]:
    """The slots of these days, in order, as instants; hours without problems are expected."""
    info = zoneinfo.ZoneInfo(zone)
    length = dt.timedelta(minutes=minutes)
    for number in range((last - first).days + 1):
        day = first + number * A_DAY
        if day.isoformat() in closed:
            continue
        for opens, closes in stretches_of(hours, str(day.isoweekday())):
            begins = instant_of_wall(dt.datetime.combine(day, opens), info)
            ends = instant_of_wall(dt.datetime.combine(day, closes), info)
            while begins + length <= ends:
                yield begins, begins + length
                begins += length


def stretches_of(hours: Mapping[str, Any], weekday: str) -> list[Stretch]:
    """The stretches of a weekday, in order."""
    given = hours.get(weekday) or []
    return sorted((dt.time.fromisoformat(opens), dt.time.fromisoformat(closes)) for opens, closes in given)


def problems_of(hours: Any, minutes: int) -> Iterator[Problem]:
    """What is wrong with working hours; places are `hours.1.0` for the first stretch of Monday."""
    if not isinstance(hours, Mapping) or not any(hours.values()):
        yield Problem("hours", N_("Say on which days and hours it works"))
        return
    for weekday, given in hours.items():
        if weekday not in WEEKDAYS:
            yield Problem(f"hours.{weekday}", N_("Days are numbered from 1, Monday, to 7, Sunday"))
        elif not isinstance(given, list):
            yield Problem(f"hours.{weekday}", N_("Write hours as 08:00-12:00"))
        else:
            yield from problems_of_day(weekday, given, minutes)


def problems_of_day(weekday: str, given: list[Any], minutes: int) -> Iterator[Problem]:
    """What is wrong with one day: hours that are none, that end before they begin, or that overlap."""
    read: list[Stretch] = []
    for position, stretch in enumerate(given):
        where = f"hours.{weekday}.{position}"
        try:
            opens, closes = (dt.time.fromisoformat(each) for each in stretch)
        except (TypeError, ValueError):
            yield Problem(where, N_("Write hours as 08:00-12:00"))
            continue
        if opens.tzinfo or closes.tzinfo:
            yield Problem(where, N_("Write hours as 08:00-12:00"))
        elif opens == closes:
            yield Problem(where, N_("It ends when it begins. Leave the day out where nobody works."))
        elif closes < opens:
            yield Problem(where, N_("It ends before it begins. Hours after midnight belong to the next day."))
        elif length_of(opens, closes) < dt.timedelta(minutes=minutes):
            yield Problem(where, N_("Not one appointment of %(minutes)s minutes fits in"), {"minutes": minutes})
        else:
            read.append((opens, closes))
    for (_, closes), (opens, _) in pairwise(sorted(read)):
        if opens < closes:
            yield Problem(f"hours.{weekday}", N_("Two stretches overlap"))


def length_of(opens: dt.time, closes: dt.time) -> dt.timedelta:
    """How long a stretch is on most days."""
    day = dt.date.min
    return dt.datetime.combine(day, closes) - dt.datetime.combine(day, opens)
