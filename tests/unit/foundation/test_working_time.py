"""Working time: SQL agrees with a clock that is watched minute by minute."""

import datetime as dt
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from journeys.foundation import calendars
from journeys.foundation.calendars import Hours
from journeys.foundation.database import WORKER, connect, sessions
from journeys.foundation.working_time import after_working_seconds, stretches_of, working_seconds
from tests.door import MINUTE, ZONES, hours_of_a_day, open_minutes, written
from tests.servers import Cluster

pytestmark = pytest.mark.store

MOST_MINUTES = 4 * 24 * 60
"""How long the clock is watched at most."""

Watched = tuple[str, Hours, Sequence[str], dt.datetime, int, int]
"""Zone, hours, closed days, since, minutes until, and minutes of working time."""


@pytest.fixture(scope="module")
def session(cluster: Cluster) -> Iterator[Session]:
    """Calendars are written out for a month, not for five years: more is never asked here."""
    database = cluster.new()
    engine = connect(database.url, WORKER)
    with pytest.MonkeyPatch.context() as patch, sessions(engine)() as session:
        patch.setattr(calendars, "DAYS", 31)
        yield session
    engine.dispose()
    cluster.drop(database)


@st.composite
def watched(draw: st.DrawFn) -> Watched:
    """A calendar and two moments, mostly around the nights in which clocks are changed."""
    hours = draw(st.dictionaries(st.sampled_from("1234567"), hours_of_a_day()))
    night = draw(
        st.sampled_from([dt.date(2026, 3, 8), dt.date(2026, 3, 29), dt.date(2026, 11, 1), dt.date(2026, 6, 9)])
    )
    minutes = draw(st.integers(-2 * 24 * 60, 24 * 60))
    since = dt.datetime.combine(night, dt.time(), dt.UTC) + minutes * MINUTE
    closed = draw(st.lists(st.sampled_from([night, night + dt.timedelta(days=1)]), max_size=1))
    until = draw(st.integers(0, MOST_MINUTES // 2))
    return (
        draw(st.sampled_from(ZONES)),
        hours,
        [day.isoformat() for day in closed],
        since,
        until,
        draw(st.integers(0, 900)),
    )


FALL_BACK: Watched = (
    "America/New_York", {"7": [["01:30", "02:30"]]}, [], dt.datetime(2026, 11, 1, 4, tzinfo=dt.UTC), 600, 90
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(given=watched())
@example(given=FALL_BACK)
def test_working_time_is_that_of_a_watched_clock(session: Session, given: Watched) -> None:
    zone, hours, closed, since, until, wanted = given
    watched = open_minutes(zone, hours, closed, since, MOST_MINUTES)
    number = written(session, zone, hours, closed, since.date() - dt.timedelta(days=4))
    later = since + until * MINUTE
    seconds, over = session.execute(
        select(
            working_seconds(number, bindparam("since", since), bindparam("until", later)),
            after_working_seconds(number, bindparam("since", since), wanted * 60),
        )
    ).one()
    session.rollback()
    assert seconds == 60 * sum(watched[:until])
    in_order = [place for place, is_open in enumerate(watched) if is_open]
    if wanted == 0:
        assert over == since
    elif len(in_order) >= wanted:
        assert over == since + (in_order[wanted - 1] + 1) * MINUTE


def test_time_that_is_over_as_the_place_closes_is_over_then(session: Session) -> None:
    friday = dt.datetime(2026, 6, 12, 20, 59, 59, tzinfo=dt.UTC)
    office = {str(day): [["09:00", "12:00"], ["13:00", "17:00"]] for day in range(1, 6)}
    number = written(session, "America/New_York", office, ["2026-06-15"], dt.date(2026, 6, 1))
    after = [session.scalar(select(after_working_seconds(number, friday, seconds))) for seconds in (1, 2, 25_201)]
    session.rollback()
    assert after == [
        dt.datetime(2026, 6, 12, 21, tzinfo=dt.UTC),
        dt.datetime(2026, 6, 16, 13, 0, 1, tzinfo=dt.UTC),
        dt.datetime(2026, 6, 16, 21, tzinfo=dt.UTC),
    ]


def test_a_moment_before_the_other_has_no_length_and_what_is_not_written_out_no_end(session: Session) -> None:
    number = written(session, "UTC", {"1": [["09:00", "10:00"]]}, [], dt.date(2026, 6, 1))
    now = dt.datetime(2026, 6, 10, tzinfo=dt.UTC)
    asked = select(working_seconds(number, now, now - MINUTE), after_working_seconds(number, now, 40 * 3600))
    assert session.execute(asked).one() == (None, None)
    session.rollback()


def test_a_door_that_never_closes_is_one_stretch_and_no_length_is_none() -> None:
    monday = dt.date(2026, 6, 8)
    days = [(monday, [["00:00", "24:00"]]), (monday + dt.timedelta(days=1), [["00:00", "24:00"], ["24:00", "24:00"]])]
    assert list(stretches_of("UTC", days)) == [
        {
            "opens_at": dt.datetime(2026, 6, 8, tzinfo=dt.UTC),
            "closes_at": dt.datetime(2026, 6, 10, tzinfo=dt.UTC),
            "seconds_before": 0,
        }
    ]
