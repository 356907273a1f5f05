"""What people see when a server that the portal stands on does not answer."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from journeys.foundation.database import PORTAL, connect
from tests.portal.house import sign_in


@pytest.fixture
def without_redis(app: Flask) -> Iterator[Flask]:
    """The same portal, whose Redis is gone."""
    settings = replace(app.config["WAYMARK"], redis_url="unix:///nowhere/redis.sock")
    portal = create_app(settings)
    yield portal
    portal.extensions["portal_engine"].dispose()


@pytest.fixture
def without_database(app: Flask) -> Iterator[Flask]:
    """The portal after its database stopped answering."""
    engine = app.extensions["portal_engine"]
    dead = connect("postgresql+psycopg://nobody@127.0.0.1:9/nothing", PORTAL)
    app.extensions["portal_engine"] = dead
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.extensions["portal_engine"] = engine
    dead.dispose()


def test_without_redis_people_work_on(without_redis: Flask) -> None:
    client = without_redis.test_client()
    assert sign_in(client, "ada") == 303
    assert client.get("/users/list/").status_code == 200
    answer = client.get("/ready")
    assert (answer.status_code, answer.json["redis"], answer.json["database"]) == (200, "down", "ok")


def test_without_redis_guessing_is_still_slowed_down(without_redis: Flask) -> None:
    client = without_redis.test_client()
    assert [sign_in(client, "nina", "wrong wrong wrong") for _ in range(6)][-1] == 429


def test_without_a_database_the_portal_says_so(without_database: Flask) -> None:
    client: FlaskClient = without_database.test_client()
    assert client.get("/health").status_code == 200
    answer = client.get("/ready")
    assert (answer.status_code, answer.json["database"]) == (503, "down")
    for known in (False, True):
        if known:
            client.set_cookie("session", "a-name-from-before")
        answer = client.get("/sign-in/" if not known else "/account/")
        assert answer.status_code == 503
        assert "does not answer" in answer.text
        assert "psycopg" not in answer.text
        assert "127.0.0.1" not in answer.text
