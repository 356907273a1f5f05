"""A slice of rows F13 to F16. Nothing is lost, nothing goes twice, nothing that is known goes back."""

import pytest

from journeys.contact.channels import CHANNELS
from tests.faults.alone import CARRIER
from tests.faults.matrix import PROGRAMS
from tests.faults.providers import LAG

MOST = {"F13": 60, "F14": 40, "F15": 1, "F16": 60}


@pytest.mark.slow
@pytest.mark.parametrize("row", MOST)
def test_nothing_is_wrong_after(row: str) -> None:
    played = PROGRAMS[row](MOST[row], 20260303)
    assert (+played.lost, +played.unexpected, +played.duplicated) == ({}, {}, {})
    assert played.strikes > 0
    assert played.hit.total() > 0


def test_a_provider_is_asked_only_when_its_list_knows() -> None:
    after = CHANNELS[CARRIER].looks_up_after
    assert after is not None
    assert after > LAG
