"""Fixtures of every test: a database of its own, a Redis of its own, keys, and no way out of this machine.

    database        a fresh copy of the prepared database (`.url`); nothing is shared between tests
    empty_database  one without tables
    cluster         makes more databases, for a test that needs several
    redis_url       an empty Redis

Whatever asks for a database is marked `store`. Tests marked `browser` get the machine's Chromium through
pytest-playwright's fixtures. Without one they are left out and the summary says so; with WAYMARK_REQUIRE_BROWSER=1 that
is a failure.
"""

import functools
import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
import werkzeug.security
from hypothesis import settings

from journeys.foundation import secrets
from journeys.store.setting_up.setup import prepare
from launcher import browser
from tests.servers import Cluster, Database, postgres_cluster, redis_server

# a test that takes long on a busy machine is no wrong one
settings.register_profile("waymark", deadline=None)
settings.load_profile("waymark")

LEFT_OUT = pytest.StashKey[int]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what needs the database and what draws, and leave browser tests out when there is no browser."""
    # Tests are shared out between processes by their names, so that a name holds no address of one process.
    nameless = [item.nodeid for item in items if " at 0x" in item.nodeid]
    if nameless:
        raise pytest.UsageError(f"Each process would name these tests otherwise, give them ids: {nameless}")
    for item in items:
        if hasattr(getattr(item, "module", None), "given"):
            item.add_marker("drawn")
        if "cluster" in getattr(item, "fixturenames", ()):
            item.add_marker("store")
    wanted = [item for item in items if item.get_closest_marker("browser")]
    if not wanted or browser.find():
        return
    if os.environ.get("WAYMARK_REQUIRE_BROWSER") == "1":
        raise pytest.UsageError(f"{len(wanted)} tests need a Chromium, and none is found. {browser.REMEDY}")
    config.hook.pytest_deselected(items=wanted)
    items[:] = [item for item in items if item not in wanted]
    config.stash[LEFT_OUT] = len(wanted)


def pytest_report_header(config: pytest.Config) -> str:
    """Say from which number properties draw."""
    return f"properties draw from number {config.getoption('--hypothesis-seed')}"


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say loudly what was left out."""
    count = config.stash.get(LEFT_OUT, 0)
    if count:
        terminalreporter.section("BROWSER TESTS WERE LEFT OUT", sep="!", red=True, bold=True)
        terminalreporter.line(f"{count} tests need a Chromium, and none is found. {browser.REMEDY}", red=True)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's Chromium instead of one that playwright would download."""
    return {**browser_type_launch_args, "executable_path": browser.find(), "args": browser.arguments()}


@pytest.fixture(scope="session", autouse=True)
def keys() -> None:
    """The keys that encrypt what tests write: always the same ones."""
    secrets.install(secrets.Keyring.for_tests())


@pytest.fixture(scope="session", autouse=True)
def passwords() -> Iterator[None]:
    """The hash of a password and its salt is always the same, and worked out once: it takes a tenth of a second."""
    patch = pytest.MonkeyPatch()
    patch.setattr(werkzeug.security, "_hash_internal", functools.cache(werkzeug.security._hash_internal))
    yield
    patch.undo()


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
    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex"):
        patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
    yield
    patch.undo()


def _guarded(connect: Callable[[socket.socket, Any], Any]) -> Callable[[socket.socket, Any], Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            _refuse_other_machines(address)
        return connect(self, address)

    return guarded


def _refuse_other_machines(address: Any) -> None:
    host = address[0]
    if host == "localhost":
        return
    try:
        if ipaddress.ip_address(host).is_loopback:
            return
    except ValueError:
        pass
    pytest.fail(f"A test tried to speak to {host}; tests stay on this machine.")
