"""Fixtures of every test: a database of its own, a Redis of its own, keys, and no way out of this machine.

    database        a fresh copy of the prepared database (`.url`); nothing is shared between tests
    empty_database  one without tables
    cluster         makes more databases, for a test that needs several
    redis_url       an empty Redis
"""

import ipaddress
import socket
from collections.abc import Iterator

import pytest
import redis

from journeys.foundation import secrets
from journeys.store.setup import prepare
from tests.servers import Cluster, Database, postgres_cluster, redis_server


@pytest.fixture(scope="session", autouse=True)
def keys() -> None:
    """The keys that encrypt what tests write: always the same ones."""
    secrets.install(secrets.Keyring.for_tests())


@pytest.fixture(scope="session")
def cluster(keys: None) -> Iterator[Cluster]:
    with postgres_cluster(prepare) as started:
        yield started


@pytest.fixture
def database(cluster: Cluster) -> Iterator[Database]:
    fresh = cluster.new()
    yield fresh
    cluster.drop(fresh)


@pytest.fixture
def empty_database(cluster: Cluster) -> Iterator[Database]:
    fresh = cluster.empty()
    yield fresh
    cluster.drop(fresh)


@pytest.fixture(scope="session")
def redis_running() -> Iterator[str]:
    with redis_server() as address:
        yield address


@pytest.fixture
def redis_url(redis_running: str) -> str:
    with redis.Redis.from_url(redis_running) as connection:
        connection.flushdb()
    return redis_running


@pytest.fixture(scope="session", autouse=True)
def no_way_out() -> Iterator[None]:
    """A test that speaks to another machine fails, at once and with the address it wanted."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            _refuse_other_machines(address)
        connect(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded)
    yield
    patch.undo()


def _refuse_other_machines(address: object) -> None:
    host = address[0]
    if host == "localhost":
        return
    try:
        if ipaddress.ip_address(host).is_loopback:
            return
    except ValueError:
        pass
    pytest.fail(f"A test tried to speak to {host}; tests stay on this machine.")
