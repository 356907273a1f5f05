"""One portal for all tests of this folder, and clients who are signed in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient

from tests.portal.house import prepared_portal, settings_for, sign_in
from tests.servers import Cluster


@pytest.fixture(scope="session")
def app(cluster: Cluster, redis_running: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    database = cluster.new()
    portal = prepared_portal(settings_for(database, redis_running, Path(tmp_path_factory.mktemp("portal"))))
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
def client(app: Flask) -> FlaskClient:
    """A browser nobody has signed in with."""
    return app.test_client()


@pytest.fixture
def administrator(app: Flask) -> FlaskClient:
    """Ada's browser."""
    browser = app.test_client()
    assert sign_in(browser, "ada") == 303
    return browser
