"""A slice of row CAPS, and the checker alone with ledgers that are known to be wrong."""

import datetime as dt

import pytest

from tests.faults.caps import Sent, above_caps, crowded
from tests.make import NOON

NEW_YORK = {"+1": "America/New_York"}


def ledger_of(*hours: float) -> list[Sent]:
    """One number that was sent messages so many hours after noon."""
    return [Sent("+1", NOON + dt.timedelta(hours=each)) for each in hours]


def test_two_on_one_day_are_one_too_many() -> None:
    assert above_caps(ledger_of(0, 1), NEW_YORK) == {"of a day": 1}


def test_a_day_is_that_of_whom_it_goes_to() -> None:
    over_midnight = ledger_of(10, 14)
    assert above_caps(over_midnight, {"+1": "Asia/Kolkata"}) == {"of a day": 1}
    assert above_caps(over_midnight, NEW_YORK) == {}


def test_four_in_seven_days_are_one_too_many_and_in_eight_they_are_not() -> None:
    assert above_caps(ledger_of(0, 24, 48, 144), NEW_YORK) == {"of a week": 1}
    assert above_caps(ledger_of(0, 24, 48, 168), NEW_YORK) == {}


@pytest.mark.slow
def test_schedulers_who_all_wake_at_once_keep_the_caps() -> None:
    played = crowded(8, seed=20260303, schedulers=4, days=4, hours=(0,))
    assert played.unexpected == {}
    assert +played.duplicated == {}
    # it is night in India then; on the fourth day the week of the others is full
    assert played.hit["sent"] == 18
