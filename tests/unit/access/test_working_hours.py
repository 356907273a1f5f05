"""Slots follow the clock on the wall, through the nights on which it jumps; hours that are none are refused."""

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeys.access.schedules.working_hours import problems_of, slots_of

NEW_YORK = zoneinfo.ZoneInfo("America/New_York")
SPRING, AUTUMN = dt.date(2026, 3, 8), dt.date(2026, 11, 1)
HOUR = dt.timedelta(hours=1)


def walls(
    hours: dict[str, list[list[str]]], day: dt.date, minutes: int = 60, closed: tuple[str, ...] = ()
) -> list[str]:
    found = slots_of(hours, "America/New_York", minutes, closed, day, day)
    return [start.astimezone(NEW_YORK).strftime("%H:%M%z") for start, _ in found]


def test_a_split_shift_has_no_slot_at_noon() -> None:
    hours = {"2": [["13:00", "15:30"], ["09:00", "11:00"]]}
    assert [wall[:5] for wall in walls(hours, dt.date(2026, 3, 3))] == ["09:00", "10:00", "13:00", "14:00"]


def test_a_closed_day_and_a_day_without_hours_have_none() -> None:
    hours = {"2": [["09:00", "11:00"]]}
    assert walls(hours, dt.date(2026, 3, 3), closed=("2026-03-03",)) == []
    assert walls(hours, dt.date(2026, 3, 4)) == []


def test_the_hour_that_the_clocks_leave_out_has_no_slot() -> None:
    assert walls({"7": [["01:00", "04:00"]]}, SPRING) == ["01:00-0500", "03:00-0400"]
    assert walls({"7": [["02:00", "03:00"]]}, SPRING) == []
    assert walls({"7": [["02:30", "05:00"]]}, SPRING) == ["03:00-0400", "04:00-0400"]


def test_the_hour_that_comes_twice_has_a_slot_each_time() -> None:
    assert walls({"7": [["00:00", "03:00"]]}, AUTUMN) == ["00:00-0400", "01:00-0400", "01:00-0500", "02:00-0500"]


@settings(max_examples=30)
@given(
    opens=st.integers(0, 22 * 4),
    length=st.integers(1, 30),
    minutes=st.sampled_from((10, 15, 20, 30, 45, 60)),
    day=st.sampled_from((SPRING, AUTUMN, dt.date(2026, 6, 7))),
)
def test_as_many_slots_as_minutes_passed(opens: int, length: int, minutes: int, day: dt.date) -> None:
    closes = min(opens + length, 24 * 4 - 1)
    texts = [f"{quarter // 4:02}:{quarter % 4 * 15:02}" for quarter in (opens, closes)]
    first, last = (dt.time.fromisoformat(each) for each in texts)
    found = list(slots_of({"7": [texts]}, "America/New_York", minutes, (), day, day))
    midnight = dt.datetime.combine(day, dt.time(), NEW_YORK).astimezone(dt.UTC)
    clock = [(midnight + number * dt.timedelta(minutes=1)) for number in range(25 * 60)]
    worked = [each for each in clock if each.astimezone(NEW_YORK).date() == day]
    worked = [each for each in worked if first <= each.astimezone(NEW_YORK).time() < last]
    # the second time that 01:30 comes, hours that ended then are over
    if day == AUTUMN and last <= dt.time(2):
        worked = [each for each in worked if each.astimezone(NEW_YORK).fold == 0]
    if day == AUTUMN and dt.time(1) <= first < dt.time(2) < last:
        begins = dt.datetime.combine(day, first, NEW_YORK).astimezone(dt.UTC)
        worked = [
            each for each in clock if begins <= each < dt.datetime.combine(day, last, NEW_YORK).astimezone(dt.UTC)
        ]
    assert len(found) == len(worked) // minutes
    assert all(end - start == dt.timedelta(minutes=minutes) for start, end in found)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ({}, "hours: Say on which days and hours it works"),
        ({"1": []}, "hours: Say on which days and hours it works"),
        ({"8": [["09:00", "10:00"]]}, "hours.8: Days are numbered from 1, Monday, to 7, Sunday"),
        ({"1": [["09:00"]]}, "hours.1.0: Write hours as 08:00-12:00"),
        ({"1": [["9", "noon"]]}, "hours.1.0: Write hours as 08:00-12:00"),
        ({"1": [["09:00", "09:00"]]}, "hours.1.0: It ends when it begins. Leave the day out where nobody works."),
        (
            {"1": [["22:00", "02:00"]]},
            "hours.1.0: It ends before it begins. Hours after midnight belong to the next day.",
        ),
        ({"1": [["09:00", "09:20"]]}, "hours.1.0: Not one appointment of 30 minutes fits in"),
        ({"1": [["09:00", "12:00"], ["11:30", "14:00"]]}, "hours.1: Two stretches overlap"),
    ],
)
def test_hours_that_are_none_are_refused(hours: object, said: str) -> None:
    assert [str(problem) for problem in problems_of(hours, 30)] == [said]
