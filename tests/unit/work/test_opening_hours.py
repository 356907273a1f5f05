"""Opening hours: what is wrong with them, and that writing them keeps the days that are over."""

import dataclasses
import datetime as dt

import pytest
from sqlalchemy import delete, func, select, update

from journeys.foundation.acting import Act
from journeys.foundation.calendars import BusinessCalendar, CalendarDay, after_working_days
from journeys.foundation.errors import Invalid, Missing, Stale
from journeys.foundation.working_time import CalendarStretch, after_working_seconds, working_seconds
from journeys.store.organisation import Location
from journeys.store.tasks import TaskQueue
from journeys.work.opening_hours.checking import problems_of
from journeys.work.opening_hours.hours import OpeningHours, every_opening_hours, opening_hours_of
from journeys.work.opening_hours.keep_hours import keep_hours
from journeys.work.opening_hours.write_days_ahead import write_days_ahead
from tests import make
from tests.make import NOON, an_act
from tests.one_database import engine, session

__all__ = ["engine", "session"]

pytestmark = pytest.mark.store

ZONE = "America/New_York"
HOUR = 3_600
WEEK = dt.timedelta(days=7)
OFFICE = OpeningHours("desk", {"en": "Desk"}, ZONE, {str(day): [["09:00", "17:00"]] for day in range(1, 6)})
"""NOON is a Tuesday's noon there, three hours after opening; a week later it is one o'clock: summer time has begun."""


def keep(session, given=OFFICE, now=NOON, **changes):
    calendar = keep_hours(session, an_act(now), dataclasses.replace(given, **changes))
    return calendar.id


def worked(session, calendar, since, until):
    return session.scalar(select(working_seconds(calendar, since, until)))


def test_new_hours_are_written_out_a_year_back_and_ahead(session):
    calendar = keep(session, closed_days=("2026-03-09", "2026-03-09"))
    assert worked(session, calendar, NOON - WEEK, NOON) == 40 * HOUR
    assert worked(session, calendar, NOON, NOON + WEEK) == 33 * HOUR
    assert session.scalar(select(after_working_days(calendar, ZONE, NOON, 4))).date() == dt.date(2026, 3, 10)
    assert opening_hours_of(session, "desk").closed_days == ("2026-03-09",)


def test_days_that_are_over_keep_their_hours(session):
    calendar = keep(session)
    longer = {**OFFICE.hours, "1": [["09:00", "21:00"]], "2": [["09:00", "21:00"]]}
    assert keep(session, hours=longer, version=1) == calendar
    assert worked(session, calendar, NOON - WEEK, NOON) == 40 * HOUR
    assert worked(session, calendar, NOON, NOON + WEEK) == 49 * HOUR
    days = select(CalendarDay.working_day).where(CalendarDay.calendar_id == calendar).order_by(CalendarDay.day)
    numbers = session.scalars(days).all()
    assert all(after - before in (0, 1) for before, after in zip(numbers, numbers[1:], strict=False))
    assert session.scalar(select(after_working_days(calendar, ZONE, NOON - WEEK, 6))).date() == dt.date(2026, 3, 4)


def test_what_never_closes_is_cut_where_the_change_begins(session):
    always = {str(day): [["00:00", "24:00"]] for day in range(1, 8)}
    calendar = keep(session, hours=always)
    keep(session, hours=OFFICE.hours, version=1)
    since, midnight = NOON - WEEK, dt.datetime(2026, 3, 3, 5, tzinfo=dt.UTC)
    assert worked(session, calendar, since, midnight) == int((midnight - since).total_seconds())
    assert worked(session, calendar, midnight, NOON) == 3 * HOUR
    assert session.scalar(select(after_working_seconds(calendar, midnight, 1))) == dt.datetime(
        2026, 3, 3, 14, 0, 1, tzinfo=dt.UTC
    )


def test_who_is_named_follows_these_hours_and_no_others(session):
    make.branch(session)
    other = keep(session, slug="other", branches=("riverside",))
    session.add(TaskQueue(slug="calls", name={"en": "Calls"}, calendar_id=other))
    session.flush()
    mine = keep(session, branches=("riverside",))
    followed = {each.slug: (each.branches, each.queues) for each in every_opening_hours(session)}
    assert followed == {"desk": (("riverside",), ()), "other": ((), ("calls",))}
    assert session.scalar(select(Location.calendar_id)) == mine
    keep(session, version=1)
    assert session.scalar(select(Location.calendar_id)) is None


def test_who_writes_hours_that_somebody_has_left_meanwhile_is_told(session):
    make.branch(session)
    nameless = make.added(session, Location(name="Nameless"))
    keep(session, branches=("riverside",))
    mine = keep(session, version=1, branches=("riverside",))
    nameless.calendar_id = mine
    session.flush()
    keep(session, slug="other", branches=("riverside",))
    with pytest.raises(Stale):
        keep(session, version=2, branches=("riverside",))
    keep(session, version=3)
    session.refresh(nameless)
    assert nameless.calendar_id == mine


def test_nothing_is_written_over(session):
    keep(session)
    with pytest.raises(Invalid, match="of this name already"):
        keep(session)
    keep(session, version=1)
    with pytest.raises(Stale):
        keep(session, version=1)
    with pytest.raises(Stale):
        keep(session, slug="gone", version=1)
    with pytest.raises(Missing):
        opening_hours_of(session, "gone")


WRONG = {
    "no short name": ({"slug": "A b"}, "slug"),
    "no name": ({"name": {"en": ""}}, "name"),
    "a name too long": ({"name": {"en": "a" * 101}}, "name"),
    "no zone": ({"zone": "America/Nowhere"}, "zone"),
    "never open": ({"hours": {"1": []}}, "hours.1"),
    "no length": ({"hours": {"2": [["09:00", "09:00"]]}}, "hours.2"),
    "over midnight": ({"hours": {"2": [["22:00", "02:00"]]}}, "hours.2"),
    "overlapping": ({"hours": {"3": [["09:00", "12:00"], ["11:00", "13:00"]]}}, "hours.3"),
    "no clock": ({"hours": {"4": [["9", "17:00"]]}}, "hours.4"),
    "too many": ({"hours": {"5": [["09:00", "10:00"]] * 9}}, "hours.5"),
    "no date": ({"closed_days": ("25.12.2026",)}, "closed_days"),
    "too many days": ({"closed_days": ("2026-12-25",) * 501}, "closed_days"),
}


@pytest.mark.parametrize(("changes", "where"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_at_its_place(changes, where):
    assert [problem.where for problem in problems_of(dataclasses.replace(OFFICE, **changes))] == [where]


def test_the_upkeep_writes_on_where_the_days_end_and_leaves_others_alone(session):
    calendar = keep(session)
    act = Act(NOON, "worker", an_act().scope)
    assert write_days_ahead(session, act) == 0
    session.execute(delete(CalendarStretch))
    assert write_days_ahead(session, act) == 1
    assert worked(session, calendar, NOON - WEEK, NOON) == 40 * HOUR
    session.execute(update(BusinessCalendar).values(hours={"1": [["09:00", "10:00"]]}))
    later = dataclasses.replace(act, now=NOON + 3 * 52 * WEEK)
    last = session.scalar(select(func.max(CalendarDay.day)))
    assert write_days_ahead(session, later) == 1
    assert session.scalar(select(func.max(CalendarDay.day))) > last + dt.timedelta(days=1_000)
    assert worked(session, calendar, NOON - WEEK, NOON + WEEK) == 81 * HOUR
