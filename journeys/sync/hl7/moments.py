"""Dates and times of HL7 version 2 as FHIR writes them.

`YYYY[MM[DD[HH[MM[SS[.SSSS]]]]]][+/-ZZZZ]` (chapter 2A.2.22). A time without an offset is the wall time of the
connection's zone; one that the clocks jump over is the first instant after the gap, one that exists twice its first.
Some systems write what ISO 8601 does; that is read, too.
"""

from __future__ import annotations

import datetime as dt
import re

from journeys.foundation.zones import instant_in_python

PLAIN = re.compile(
    r"(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,6}))?)?)?)?)?)?(?:([+-])(\d{2})(\d{2}))?"
)
WRITTEN = re.compile(
    r"(\d{4})-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?)?)?(?:Z|([+-])(\d{2}):?(\d{2}))?"
)
ZULU = "Z"
HOUR = 4
"""Which part of a time is the hour."""


def day(text: str | None) -> str | None:
    """A FHIR date: a year, a month or a day. None when it is no date."""
    parts = parts_of(text)
    if parts is None:
        return None
    given = [part for part in parts[:3] if part is not None]
    try:
        dt.date(*(int(part) for part in (*given, "01", "01")[:3]))
    except ValueError:
        return None
    return "-".join(given)


def moment(text: str | None, zone: str) -> str | None:
    """A FHIR dateTime, in UTC when it has a time; None when it is none."""
    parts = parts_of(text)
    if text is None or parts is None or parts[HOUR - 1] is None:
        return day(text)
    fraction, sign, hours, minutes = parts[6:]
    year, month, of_month, hour, minute, second = (int(part or 0) for part in parts[:6])
    try:
        microsecond = int((fraction or "0").ljust(6, "0"))
        wall = dt.datetime(year, month, of_month, hour, minute, second, microsecond)  # noqa: DTZ001
        at = aware(wall, zone, text.strip().endswith(ZULU), sign, hours, minutes)
    except (ValueError, OverflowError):
        return None
    return at.astimezone(dt.UTC).isoformat().replace("+00:00", ZULU)


def parts_of(text: str | None) -> tuple[str | None, ...] | None:
    """Year to fraction, then sign, hours and minutes of the offset, each None where it is not said."""
    found = PLAIN.fullmatch(text.strip()) if text else None
    if found is None and text:
        found = WRITTEN.fullmatch(text.strip())
    return None if found is None else found.groups()


def aware(
    wall: dt.datetime, zone: str, is_utc: bool, sign: str | None, hours: str | None, minutes: str | None
) -> dt.datetime:
    """The instant of a wall time, by its own offset, else in the zone."""
    if is_utc:
        return wall.replace(tzinfo=dt.UTC)
    if sign is None:
        return instant_in_python(zone, wall)
    offset = dt.timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    return wall.replace(tzinfo=dt.timezone(offset if sign == "+" else -offset))
