"""What is wrong with opening hours, all of it, each at its place: `name`, `zone`, `hours.1`, `closed_days`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from journeys.foundation.errors import Problem
from journeys.foundation.ids import is_slug
from journeys.foundation.words import N_
from journeys.foundation.working_time import MIDNIGHT
from journeys.foundation.zones import is_zone
from journeys.work.opening_hours.hours import OpeningHours

LONGEST = 100
MOST_STRETCHES = 8
MOST_CLOSED = 500
WEEKDAYS = tuple("1234567")
CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


def problems_of(given: OpeningHours) -> Iterator[Problem]:
    """Everything that is wrong."""
    if not is_slug(given.slug):
        yield Problem("slug", N_("Use lower-case letters, digits and hyphens, for example recall-due"))
    if not any(given.name.values()):
        yield Problem("name", N_("Say what it is"))
    if any(len(text) > LONGEST for text in given.name.values()):
        yield Problem("name", N_("Say it in at most %(most)s letters"), {"most": LONGEST})
    if not is_zone(given.zone):
        yield Problem("zone", N_("This is no time zone, for example America/New_York"))
    for day in WEEKDAYS:
        yield from problems_of_day(given.hours.get(day, ()), f"hours.{day}")
    if not any(given.hours.get(day) for day in WEEKDAYS):
        yield Problem("hours.1", N_("It has to be open on some day of the week, or nothing is ever due"))
    yield from problems_of_closed(given.closed_days)


def problems_of_day(stretches: Sequence[Sequence[str]], where: str) -> Iterator[Problem]:
    """Each stretch is longer than nothing, and begins when the one before it has ended."""
    if len(stretches) > MOST_STRETCHES:
        yield Problem(where, N_("At most %(most)s stretches a day"), {"most": MOST_STRETCHES})
        return
    ended = ""
    for begins, ends in stretches:
        if not CLOCK.fullmatch(begins) or not (CLOCK.fullmatch(ends) or ends == MIDNIGHT):
            yield Problem(where, N_("Write stretches as 08:00-12:00, with commas between; 24:00 is midnight"))
            return
        if begins >= ends:
            data = {"stretch": f"{begins}-{ends}"}
            yield Problem(where, N_("%(stretch)s has no length. Past midnight it is the next day's"), data)
            return
        if begins < ended:
            data = {"stretch": f"{begins}-{ends}"}
            yield Problem(where, N_("%(stretch)s begins before the one before it has ended"), data)
            return
        ended = ends


def problems_of_closed(days: Sequence[str]) -> Iterator[Problem]:
    """Dates, and not too many."""
    wrong = [day for day in days if not is_date(day)]
    if wrong:
        yield Problem("closed_days", N_("%(day)s is no date; write 2026-12-25"), {"day": wrong[0]})
    if len(days) > MOST_CLOSED:
        yield Problem("closed_days", N_("At most %(most)s closed days"), {"most": MOST_CLOSED})


def is_date(text: str) -> bool:
    """Whether a text is a day as ISO 8601 writes it."""
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
