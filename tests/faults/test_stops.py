"""A slice of row F17, and what a slow provider holds up and what it does not."""

import pytest

from tests.faults.stops import races
from tests.faults.stops_held import POINTS, held_races

SENDERS = 6


@pytest.mark.slow
def test_nothing_begins_to_leave_after_a_stop_that_is_committed() -> None:
    raced = races(60, seed=20260303, senders=SENDERS)
    assert raced.wrong == {}
    assert raced.races == 60
    assert raced.caught > 0
    assert raced.sent > 0


@pytest.mark.slow
def test_a_stop_that_comes_at_a_named_point_of_sending_is_never_overtaken() -> None:
    raced, reached = held_races(24, seed=20260303)
    assert raced.wrong == {}
    assert all(reached[point] > 0 for point in POINTS)
    assert raced.caught == 16
    assert raced.sent == 8
