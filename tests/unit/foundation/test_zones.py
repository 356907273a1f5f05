"""Wall times and instants: the hard hours of many zones, and SQL and Python always say the same."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.database import WORKER, connect, sessions
from journeys.foundation.zones import (
    FIRST,
    LAST,
    ensure_zones,
    instant_in_python,
    instant_of,
    is_zone,
    spans_of,
    wall_time,
)
from tests.servers import Cluster

pytestmark = pytest.mark.store

VECTORS = [
    ("America/New_York", "2026-03-08 02:30", "2026-03-08 07:00"),
    ("America/New_York", "2026-11-01 01:30", "2026-11-01 05:30"),
    ("America/New_York", "2027-03-14 02:00", "2027-03-14 07:00"),
    ("America/New_York", "2027-11-07 01:59", "2027-11-07 05:59"),
    ("America/New_York", "2026-07-01 10:00", "2026-07-01 14:00"),
    ("America/Phoenix", "2026-03-08 02:30", "2026-03-08 09:30"),
    ("America/Denver", "2026-03-08 02:30", "2026-03-08 09:00"),
    ("America/St_Johns", "2026-03-08 02:30", "2026-03-08 05:30"),
    ("America/Sao_Paulo", "2018-11-04 00:30", "2018-11-04 03:00"),
    ("America/Sao_Paulo", "2026-11-04 00:30", "2026-11-04 03:30"),
    ("America/Santiago", "2026-09-06 00:30", "2026-09-06 04:00"),
    ("Africa/Cairo", "2026-04-24 00:30", "2026-04-23 22:00"),
    ("Asia/Beirut", "2026-03-29 00:30", "2026-03-28 22:00"),
    ("Europe/Lisbon", "2026-03-29 01:30", "2026-03-29 01:00"),
    ("Europe/Paris", "2026-03-29 02:30", "2026-03-29 01:00"),
    ("Europe/Dublin", "2026-03-29 01:30", "2026-03-29 01:00"),
    ("Europe/Paris", "2026-10-25 02:30", "2026-10-25 00:30"),
    ("Europe/London", "2026-10-25 01:30", "2026-10-25 00:30"),
    ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45"),
    ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03 15:30"),
    ("Pacific/Apia", "2011-12-30 12:00", "2011-12-30 10:00"),
    ("Asia/Kolkata", "2026-03-08 02:30", "2026-03-07 21:00"),
    ("America/Vancouver", "2027-03-14 02:30", "2027-03-14 09:30"),
    ("America/Vancouver", "2026-12-14 20:30", "2026-12-15 03:30"),
    ("America/Havana", "2026-11-01 00:30", "2026-11-01 04:30"),
    ("Africa/Casablanca", "2027-02-07 02:30", "2027-02-07 02:30"),
    ("America/Mexico_City", "2026-04-05 02:30", "2026-04-05 08:30"),
    ("America/Asuncion", "2026-10-04 00:30", "2026-10-04 03:30"),
    ("Asia/Tehran", "2026-03-22 00:30", "2026-03-21 21:00"),
]
"""Zone, wall time, instant (UTC): a time that does not exist is the first one after the gap, one that exists twice its
first occurrence."""

ZONES = sorted({zone for zone, _, _ in VECTORS} | {"UTC", "Asia/Tehran", "Africa/Casablanca", "America/Havana"})


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def session(cluster: Cluster) -> Iterator[Session]:
    """A session on a database that knows the zones of these tests."""
    database = cluster.new()
    engine = connect(database.url, WORKER)
    with sessions(engine)() as opened:
        ensure_zones(opened, ZONES)
        yield opened
    engine.dispose()
    cluster.drop(database)


@pytest.mark.parametrize(("zone", "wall", "instant"), VECTORS)
def test_hard_hours(session: Session, zone: str, wall: str, instant: str) -> None:
    local = dt.datetime.fromisoformat(wall)
    assert instant_in_python(zone, local) == utc(instant)
    assert session.scalar(select(instant_of(zone, local))) == utc(instant)


@pytest.mark.parametrize("zone", ZONES)
def test_spans_follow_each_other_without_holes(zone: str) -> None:
    spans = list(spans_of(zone))
    assert (spans[0].from_at, spans[-1].to_at) == (FIRST, LAST)
    for before, after in zip(spans, spans[1:], strict=False):
        assert before.to_at == after.from_at
        assert before.offset != after.offset


INSTANTS = st.datetimes(dt.datetime(1990, 1, 2), dt.datetime(2050, 12, 30)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0, tzinfo=dt.UTC)
)
SHARED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SHARED
@given(zone=st.sampled_from(ZONES), instant=INSTANTS)
def test_sql_shows_the_wall_time_that_python_shows(session: Session, zone: str, instant: dt.datetime) -> None:
    expected = instant.astimezone(zoneinfo.ZoneInfo(zone)).replace(tzinfo=None)
    assert session.scalar(select(wall_time(zone, instant))) == expected


@SHARED
@given(zone=st.sampled_from(ZONES), wall=st.datetimes(dt.datetime(1990, 1, 2), dt.datetime(2050, 12, 30)))  # noqa: DTZ001
def test_sql_and_python_find_the_same_instant(session: Session, zone: str, wall: dt.datetime) -> None:
    found = session.scalar(select(instant_of(zone, wall)))
    assert found == instant_in_python(zone, wall)
    info = zoneinfo.ZoneInfo(zone)
    shown = found.astimezone(info).replace(tzinfo=None)
    exists = wall.replace(tzinfo=info).astimezone(dt.UTC).astimezone(info).replace(tzinfo=None) == wall
    assert shown == wall if exists else shown > wall
    if exists:
        assert found == wall.replace(tzinfo=info, fold=0).astimezone(dt.UTC)


def test_changes_within_a_second_of_them(session: Session) -> None:
    for zone in ("America/New_York", "Australia/Lord_Howe", "Pacific/Apia"):
        for span in list(spans_of(zone))[1:]:
            for second in (-1, 0, 1):
                instant = span.from_at + dt.timedelta(seconds=second)
                expected: Any = instant.astimezone(zoneinfo.ZoneInfo(zone)).replace(tzinfo=None)
                assert session.scalar(select(wall_time(zone, instant))) == expected


def test_a_zone_that_is_none_is_refused(session: Session) -> None:
    assert not is_zone("Mars/Olympus_Mons")
    with pytest.raises(zoneinfo.ZoneInfoNotFoundError):
        ensure_zones(session, ["Mars/Olympus_Mons"])
