"""A slice of row F17, and what a slow provider holds up and what it does not."""

import pytest

from tests.faults.stops import races

SENDERS = 6


@pytest.mark.slow
def test_nothing_begins_to_leave_after_a_stop_that_is_committed() -> None:
    raced = races(60, seed=20260303, senders=SENDERS)
    assert raced.wrong == {}
    assert raced.races == 60
    assert raced.caught > 0
    assert raced.sent > 0
