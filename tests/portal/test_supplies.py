"""Supplies: an administrator adds an item, staff count it where they work; what is wrong is said where it was typed."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.portal.house import sign_in, token_of, works_at


@pytest.fixture(scope="module")
def harbour(app: Flask) -> int:
    """The branch where Nina works, and an item that was added for it."""
    place = works_at(app.extensions["portal_engine"], "nina", "Nina Haas", "harbour")
    ada = app.test_client()
    assert sign_in(ada, "ada") == 303
    answer = send(ada, "/supplies/new", "/supplies/new", **{"slug": "strips", "name-en": "Strips", "unit-en": "boxes"})
    assert answer.status_code == 303, answer.text
    return place


@pytest.fixture
def nina(app: Flask, harbour: int) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, "nina") == 303
    return client


def send(client: FlaskClient, path: str, at: str, **fields: str):
    return client.post(path, data={"csrf_token": token_of(client.get(at).text), **fields})


def move(client: FlaskClient, **fields: object):
    given = {name: str(value) for name, value in fields.items()}
    return send(client, "/supplies/strips/move", "/supplies/strips/", **given)


def test_staff_count_and_use_what_they_have(nina: FlaskClient, harbour: int) -> None:
    assert move(nina, branch=harbour, kind="counted", quantity=7).status_code == 303
    assert move(nina, branch=harbour, kind="used", quantity=2).status_code == 303
    assert "5 boxes" in nina.get("/supplies/").text
    shown = nina.get("/supplies/strips/").text
    assert "Came in" in shown
    assert "Used" in shown


def test_more_than_there_is_is_refused_where_it_was_typed(nina: FlaskClient, harbour: int) -> None:
    move(nina, branch=harbour, kind="counted", quantity=3)
    answer = move(nina, branch=harbour, kind="used", quantity=4)
    assert answer.status_code == 422
    assert "There are only 3." in answer.text
    assert 'value="4"' in answer.text


def test_who_edits_after_somebody_else_loses_nothing(app: Flask, nina: FlaskClient) -> None:
    ada = app.test_client()
    sign_in(ada, "ada")
    fields = {"name-en": "Strips", "unit-en": "packs", "active": "y"}
    assert send(ada, "/supplies/strips/edit", "/supplies/strips/edit", row_version="1", **fields).status_code == 303
    answer = send(ada, "/supplies/strips/edit", "/supplies/strips/edit", row_version="1", **{**fields, "unit-en": "x"})
    assert answer.status_code == 422
    assert "Somebody else changed this item meanwhile" in answer.text
    assert 'value="x"' in answer.text


def test_nobody_looks_where_there_is_nothing(nina: FlaskClient) -> None:
    assert nina.get("/supplies/nothing/").status_code == 404
    assert nina.get("/supplies/new").status_code == 403
