"""Connections: opened with a key that is shown once, tried, moved, closed; what is wrong is said where it was typed."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from journeys.foundation.database import OWNER, connect
from tests.portal.house import sign_in, token_of


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, "ada") == 303
    return client


def send(client: FlaskClient, path: str, at: str = "/connections/new", **fields: str):
    return client.post(path, data={"csrf_token": token_of(client.get(at).text), **fields})


def opened(client: FlaskClient, name: str, url: str = "https://lab.example/hook") -> str:
    """The key that the next page shows."""
    answer = send(client, "/connections/new", name=name, url=url)
    assert answer.status_code == 200
    return re.search(r"<code>([\w-]{40,})</code>", answer.text)[1]


def test_a_key_is_shown_once_and_never_again(ada: FlaskClient) -> None:
    key = opened(ada, "shown-once")
    shown = ada.get("/connections/shown-once/").text
    assert "https://lab.example/hook" in shown
    assert key not in shown
    again = send(ada, "/connections/shown-once/key")
    assert key not in again.text
    assert re.search(r"<code>[\w-]{40,}</code>", again.text)


@pytest.mark.parametrize(
    ("name", "url", "says"),
    [
        ("Not A Name", "https://lab.example/", "Use lower-case letters"),
        ("wrong-url", "ftp://lab.example/", "begins with https://"),
        ("wrong-url", "https://me:word@lab.example/", "holds no password"),
        ("", "https://lab.example/", "Short name"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(ada: FlaskClient, name: str, url: str, says: str) -> None:
    answer = send(ada, "/connections/new", name=name, url=url)
    assert answer.status_code == 422
    assert says in answer.text
    assert f'value="{url}"' in answer.text


def test_a_name_that_is_taken_is_refused_and_the_connection_stays(ada: FlaskClient) -> None:
    opened(ada, "taken")
    answer = send(ada, "/connections/new", name="taken", url="https://other.example/")
    assert answer.status_code == 422
    assert "There is a connection of this name already" in answer.text
    assert "https://lab.example/hook" in ada.get("/connections/taken/").text


def test_another_address(ada: FlaskClient) -> None:
    opened(ada, "moved")
    refused = send(ada, "/connections/moved/address", url="moved.example")
    assert refused.status_code == 422
    assert 'value="moved.example"' in refused.text
    assert send(ada, "/connections/moved/address", url="https://moved.example/").status_code == 303
    assert "https://moved.example/" in ada.get("/connections/moved/").text


def test_a_trial_is_waited_for_and_its_result_said_in_words(app: Flask, ada: FlaskClient) -> None:
    opened(ada, "tried")
    assert "Tried" not in ada.get("/connections/tried/").text
    assert send(ada, "/connections/tried/trial").status_code == 303
    waiting = ada.get("/connections/tried/").text
    assert "The trial call is on its way." in waiting
    part = ada.get("/connections/tried/trial", headers={"X-Waymark-Partial": "yes"})
    assert "X-Waymark-Go" not in part.headers
    assert "<html" not in part.text
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    with engine.begin() as connection:
        values = "trial_ended_at = now(), trial_http_status = 401, trial_error = 'http-401'"
        connection.execute(text(f"UPDATE webhook_connection SET {values} WHERE slug = 'tried'"))
    engine.dispose()
    part = ada.get("/connections/tried/trial", headers={"X-Waymark-Partial": "yes"})
    assert part.headers["X-Waymark-Go"] == "/connections/tried/"
    assert "It answered 401: it does not accept the signature" in ada.get("/connections/tried/").text


def test_closing_asks_first_and_a_closed_one_opens_with_another_key(ada: FlaskClient) -> None:
    key = opened(ada, "closing")
    assert "Close this connection?" in ada.get("/connections/closing/").text
    assert send(ada, "/connections/closing/close").status_code == 303
    shown = ada.get("/connections/closing/").text
    assert "Open again" in shown
    assert "Try it" not in shown
    again = send(ada, "/connections/closing/key")
    assert key not in again.text
    assert "Try it" in ada.get("/connections/closing/").text


def test_nobody_else_changes_anything(app: Flask, ada: FlaskClient) -> None:
    opened(ada, "kept")
    carl = app.test_client()
    sign_in(carl, "carl")
    assert "https://lab.example/hook" in carl.get("/connections/kept/").text
    for path in ("address", "key", "close", "trial"):
        answer = send(carl, f"/connections/kept/{path}", at="/segments/new", url="https://evil.example/")
        assert answer.status_code == 403
    assert "https://lab.example/hook" in ada.get("/connections/kept/").text


def test_an_unknown_one_is_a_page_that_says_so(ada: FlaskClient) -> None:
    assert ada.get("/connections/nothing-like-it/").status_code == 404
    assert send(ada, "/connections/nothing-like-it/close").status_code == 404
