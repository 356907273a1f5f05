"""A dangerous act whose question nobody has answered is asked about, with all that its form carried."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.portal.house import sign_in, token_of

ASKED = {"unconfirmed": "Publish <this>?", "unconfirmed-word": "Publish"}


@pytest.fixture
def carl(app: Flask) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, "carl") == 303
    return client


def sent(client: FlaskClient, **more: str) -> dict[str, str]:
    """What a form sends, with its token."""
    return {"csrf_token": token_of(client.get("/value-sets/new").text), "row_version": "7", **more}


def test_nothing_is_done_before_the_question_is_answered(carl: FlaskClient) -> None:
    answer = carl.post("/value-sets/nowhere/publish", data=sent(carl, **ASKED))
    assert answer.status_code == 200
    assert "Please confirm" in answer.text
    assert "Publish &lt;this&gt;?" in answer.text
    assert 'name="row_version" value="7"' in answer.text
    assert 'name="unconfirmed' not in answer.text
    assert carl.post("/value-sets/nowhere/publish", data=sent(carl)).status_code == 404


@pytest.mark.parametrize(
    ("before", "back"),
    [
        ("http://localhost/value-sets/?size=20", "/value-sets/?size=20"),
        ("https://elsewhere.example//elsewhere.example/x", "/"),
        ("", "/"),
    ],
)
def test_cancelling_leads_back_within_the_portal(carl: FlaskClient, before: str, back: str) -> None:
    answer = carl.post("/value-sets/nowhere/publish", data=sent(carl, **ASKED), headers={"Referer": before})
    assert f'href="{back}"' in answer.text


def test_strangers_are_turned_away_first(app: Flask) -> None:
    client = app.test_client()
    data = {"csrf_token": token_of(client.get("/sign-in/").text), **ASKED}
    assert client.post("/value-sets/nowhere/publish", data=data).status_code == 401
