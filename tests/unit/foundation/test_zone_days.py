"""Days of every zone, worked out at once, are those that the spans say."""

import datetime as dt

from hypothesis import example, given
from hypothesis import strategies as st

from journeys.foundation.zone_days import days_at, every_info, every_zone, place_of_utc, start_of, starts_of
from journeys.foundation.zones import FIRST, LAST, instant_in_python

HARD = (
    "UTC",
    "Africa/Cairo",
    "America/Havana",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Atlantic/Azores",
    "Pacific/Apia",
)
"""Zones that change at or near midnight, and others with odd offsets."""

NEAR = dt.timedelta(days=400)
PLACES = {name: place for place, name in enumerate(every_zone())}


@given(st.sampled_from(HARD), st.dates(FIRST.date(), LAST.date()))
@example("Pacific/Apia", dt.date(2011, 12, 30))
@example("Africa/Cairo", dt.date(2026, 4, 24))
@example("Asia/Beirut", dt.date(2026, 3, 29))
@example("America/Havana", dt.date(2026, 11, 1))
@example("America/Santiago", dt.date(2026, 9, 6))
@example("America/Sao_Paulo", dt.date(2018, 11, 4))
@example("America/St_Johns", dt.date(2011, 3, 13))
def test_a_day_begins_where_the_spans_say(zone: str, day: dt.date) -> None:
    begins = start_of(day, every_info()[PLACES[zone]])
    try:
        assert begins == instant_in_python(zone, dt.datetime.combine(day, dt.time()))
    except ValueError:
        assert begins == dt.datetime.combine(day, dt.time(), dt.UTC)


def test_every_zone_of_one_day_stands_in_its_place() -> None:
    day = dt.date(2026, 3, 8)
    assert starts_of(day)[PLACES["America/New_York"]] == dt.datetime(2026, 3, 8, 5, tzinfo=dt.UTC)
    assert starts_of(day)[place_of_utc()] == dt.datetime(2026, 3, 8, tzinfo=dt.UTC)
    now = dt.datetime(2026, 3, 8, 11, tzinfo=dt.UTC)
    assert days_at(now)[PLACES["Pacific/Kiritimati"]] == dt.date(2026, 3, 9)
    assert days_at(now)[PLACES["Pacific/Pago_Pago"]] == dt.date(2026, 3, 8)


def test_beyond_the_years_that_are_kept_days_are_those_of_utc() -> None:
    assert {*days_at(LAST + NEAR)} == {(LAST + NEAR).date()}
    assert {*starts_of((LAST + NEAR).date())} == {LAST + NEAR}
    assert {*starts_of((FIRST - NEAR).date())} == {FIRST - NEAR}
