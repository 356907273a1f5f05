"""A portal for the tests of each file, so that none finds what another wrote, and clients who are signed in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from journeys.foundation.database import OWNER, connect
from tests.portal.house import portal_for_tests, prepare_portal, settings_for, sign_in
from tests.servers import Cluster, Database


@pytest.fixture(scope="session")
def files_of_portals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where portals of tests keep their files."""
    return Path(tmp_path_factory.mktemp("portal"))


@pytest.fixture(scope="session")
def prepared(cluster: Cluster, redis_running: str, files_of_portals: Path) -> Iterator[Database]:
    """The database of a portal that nobody uses, of which each file gets a copy: copying is quicker than preparing."""
    database = cluster.new()
    prepare_portal(settings_for(database, redis_running, files_of_portals))
    yield database
    cluster.drop(database)


@pytest.fixture(scope="module")
def app(cluster: Cluster, prepared: Database, redis_running: str, files_of_portals: Path) -> Iterator[Flask]:
    database = cluster.copy(prepared.name)
    portal = portal_for_tests(settings_for(database, redis_running, files_of_portals))
    yield portal
    portal.extensions["portal_engine"].dispose()
    cluster.drop(database)


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Undo what pytest-flask does by itself: one context around a whole test would share `g` between all its requests,
    as no server does, and hide or invent leaks from one request to the next."""


@pytest.fixture(autouse=True)
def fresh_counts(redis_running: str) -> None:
    """Attempts of other tests do not count."""
    with redis.Redis.from_url(redis_running) as connection:
        connection.flushdb()


@pytest.fixture
def engine(app: Flask) -> Iterator[Engine]:
    """The portal's database as its owner sees it."""
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    yield engine
    engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser nobody has signed in with."""
    return app.test_client()


@pytest.fixture
def administrator(app: Flask) -> FlaskClient:
    """Ada's browser."""
    browser = app.test_client()
    assert sign_in(browser, "ada") == 303
    return browser
