"""Working days: SQL agrees with counting them one by one."""

import datetime as dt
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.calendars import BusinessCalendar, after_working_days, days_of, write_out
from journeys.foundation.database import WORKER, connect, sessions
from journeys.foundation.zones import instant_in_python
from tests.servers import Cluster

pytestmark = pytest.mark.store

ZONE = "America/New_York"
DAY = [["08:00", "12:00"], ["13:00", "17:00"]]
HOURS = {str(day): DAY for day in range(1, 5)} | {"5": [["08:00", "13:30"]]}
CLOSED = ["2026-07-03", "2026-11-26", "2026-12-25", "2026-03-08"]
START = dt.date(2026, 1, 1)


@pytest.fixture(scope="module")
def calendar(cluster: Cluster) -> Iterator[tuple[Session, int]]:
    database = cluster.new()
    engine = connect(database.url, WORKER)
    with sessions(engine)() as session:
        made = BusinessCalendar(slug="c", name={"en": "C"}, zone=ZONE, hours=HOURS, closed_days=CLOSED)
        session.add(made)
        session.flush()
        write_out(session, made, START)
        yield session, made.id
    engine.dispose()
    cluster.drop(database)


def counted(today: dt.date, days: int) -> dt.datetime:
    """Closing time of the working day that is so many working days on: by walking the days."""
    day = today
    while days > 0:
        day += dt.timedelta(days=1)
        if str(day.isoweekday()) in HOURS and day.isoformat() not in CLOSED:
            days -= 1
    closes = dt.time.fromisoformat(HOURS[str(day.isoweekday())][-1][1])
    return instant_in_python(ZONE, dt.datetime.combine(day, closes))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(instant=st.datetimes(dt.datetime(2026, 1, 2), dt.datetime(2029, 1, 1)), days=st.integers(1, 40))  # noqa: DTZ001
def test_working_days_are_counted_as_by_hand(calendar: tuple[Session, int], instant: dt.datetime, days: int) -> None:
    session, number = calendar
    moment = instant.replace(tzinfo=dt.UTC)
    offset = moment - instant_in_python(ZONE, instant)
    local_day = (instant + offset).date()
    if instant_in_python(ZONE, instant + offset) != moment:
        return
    found = session.scalar(select(after_working_days(number, ZONE, moment, days)))
    assert found == counted(local_day, days)


def test_a_day_belongs_to_the_place_where_the_calendar_is_kept(calendar: tuple[Session, int]) -> None:
    session, number = calendar
    monday_evening_there = dt.datetime(2026, 6, 2, 2, tzinfo=dt.UTC)
    found = session.scalar(select(after_working_days(number, ZONE, monday_evening_there, 1)))
    assert found == dt.datetime(2026, 6, 2, 21, tzinfo=dt.UTC)


def test_closed_days_are_not_open() -> None:
    days = {each["day"]: each for each in days_of(HOURS, CLOSED, START)}
    assert not days[dt.date(2026, 12, 25)]["is_open"]
    assert not days[dt.date(2026, 1, 3)]["is_open"]
    assert days[dt.date(2026, 1, 2)]["closes"] == dt.time(13, 30)
    assert days[dt.date(2026, 1, 5)]["working_day"] == days[dt.date(2026, 1, 2)]["working_day"] + 1
