"""Which day it is, and where days begin, in every zone at once: worked out here, so that statements join plain values.

The same as `zone_span` and its SQL say it, for every zone of the pinned tzdata whether anybody lives there or not.
Beyond the years that zones are kept for, days are those of UTC. Values stand in the order of `every_zone()`.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from functools import cache, lru_cache

from journeys.foundation.zones import FIRST, LAST, first_change, offset_at

A_DAY = dt.timedelta(days=1)
LONGEST_GAP = dt.timedelta(hours=25)
"""Samoa left a whole day out."""


@cache
def every_zone() -> tuple[str, ...]:
    """The names of all zones, in order."""
    return tuple(sorted(zoneinfo.available_timezones()))


@cache
def place_of_utc() -> int:
    """Where UTC stands among them."""
    return every_zone().index("UTC")


@cache
def every_info() -> tuple[zoneinfo.ZoneInfo, ...]:
    """The zones themselves."""
    return tuple(zoneinfo.ZoneInfo(name) for name in every_zone())


@lru_cache(maxsize=8)
def days_at(now: dt.datetime) -> tuple[dt.date, ...]:
    """The day that it is in each zone at an aware moment."""
    if not FIRST <= now < LAST:
        return (now.astimezone(dt.UTC).date(),) * len(every_zone())
    return tuple(now.astimezone(info).date() for info in every_info())


@lru_cache(maxsize=64)
def starts_of(day: dt.date) -> tuple[dt.datetime, ...]:
    """The first instant of a day in each zone, as UTC."""
    return tuple(start_of(day, info) for info in every_info())


def start_of(day: dt.date, info: zoneinfo.ZoneInfo) -> dt.datetime:
    """The first instant of a day in a zone: midnight, the earlier of two, or the end of the gap where there is none."""
    return instant_of_wall(dt.datetime.combine(day, dt.time()), info)


def instant_of_wall(wall: dt.datetime, info: zoneinfo.ZoneInfo) -> dt.datetime:
    """The instant of a wall time in a zone, as UTC: the earlier of two, or the end of the gap where there is none."""
    if not FIRST - A_DAY <= wall.replace(tzinfo=dt.UTC) < LAST + offset_at(info, LAST):
        return wall.replace(tzinfo=dt.UTC)
    begins = wall.replace(tzinfo=info).astimezone(dt.UTC)
    if begins.astimezone(info).replace(tzinfo=None) == wall:
        return max(begins, FIRST)
    return first_change(info, begins - LONGEST_GAP, begins)
