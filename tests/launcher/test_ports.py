"""A taken port is noticed and the next free one found."""

import socket

import pytest

from launcher.errors import LaunchError
from launcher.ports import is_free, next_free


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_the_wanted_port_is_used_when_it_is_free(taken):
    free = next_free("127.0.0.1", taken + 1)
    assert next_free("127.0.0.1", free) == free


def test_a_taken_port_gives_the_next_free_one(taken):
    assert not is_free("127.0.0.1", taken)
    assert next_free("127.0.0.1", taken) > taken


def test_ports_given_away_already_are_passed_over(taken):
    first = next_free("127.0.0.1", taken)
    assert next_free("127.0.0.1", taken, frozenset({first})) > first


def test_an_address_that_is_not_ours_is_told():
    with pytest.raises(LaunchError, match="192.0.2.1"):
        is_free("192.0.2.1", 8080)
