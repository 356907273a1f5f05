"""Random opening hours, and a clock of the place that is watched minute by minute."""

import datetime as dt
import zoneinfo
from collections.abc import Sequence

from hypothesis import strategies as st
from sqlalchemy.orm import Session

from journeys.foundation.calendars import BusinessCalendar, Hours, write_out

MINUTE = dt.timedelta(minutes=1)
ZONES = ("America/New_York", "Europe/Madrid", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC")


def written(session: Session, zone: str, hours: Hours, closed: Sequence[str], start: dt.date) -> int:
    """A calendar, written out; its number."""
    calendar = BusinessCalendar(
        slug=f"c{id(hours)}", name={"en": "C"}, zone=zone, hours=dict(hours), closed_days=list(closed)
    )
    session.add(calendar)
    session.flush()
    write_out(session, calendar, start)
    return calendar.id


def open_minutes(zone: str, hours: Hours, closed: Sequence[str], since: dt.datetime, count: int) -> list[bool]:
    """Whether the place is open in each of so many minutes: by watching its clock from two days before. The door opens
    when the clock first shows a beginning on its day, and closes when it first shows the end."""
    place = zoneinfo.ZoneInfo(zone)
    began: set[tuple[dt.date, str]] = set()
    ended: set[tuple[dt.date, str]] = set()
    seen = []
    now = since - dt.timedelta(days=2)
    while now < since + count * MINUTE:
        clock = now.astimezone(place).replace(tzinfo=None)
        for day in (clock.date() - dt.timedelta(days=1), clock.date()):
            for begins, ends in [] if day.isoformat() in closed else hours.get(str(day.isoweekday()), []):
                midnight = dt.datetime.combine(day, dt.time())
                if clock >= midnight + length(begins):
                    began.add((day, begins))
                if clock >= midnight + length(ends):
                    ended.add((day, begins))
        if now >= since:
            seen.append(bool(began - ended))
        now += MINUTE
    return seen


def length(clock: str) -> dt.timedelta:
    hour, minute = clock.split(":")
    return dt.timedelta(hours=int(hour), minutes=int(minute))


@st.composite
def hours_of_a_day(draw: st.DrawFn) -> list[list[str]]:
    """Up to three stretches in order; some touch, most lie at night, where clocks are changed."""
    marks = draw(st.lists(st.one_of(st.integers(0, 5 * 4), st.integers(0, 96)), max_size=6, unique=True))
    times = [f"{quarter // 4:02}:{quarter % 4 * 15:02}" for quarter in sorted(marks)]
    return [[begins, ends] for begins, ends in zip(times[::2], times[1::2], strict=False)]
