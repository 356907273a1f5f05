"""Channels: opened with secrets that are never shown, tested, changed, stopped; what is wrong is said where it is."""

import html
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


def opened(client: FlaskClient, slug: str, **more: str) -> None:
    """An account of the gateway, being tried out with one number."""
    fields = {
        "slug": slug,
        "name": f"Desk {slug}",
        "is_sandbox": "y",
        "allowed": "+12125550123",
        "active": "y",
        "settings-url": "https://sms.example/send",
        "settings-user": "clinic",
        "settings-password": "canary-word",
        **more,
    }
    answer = send(client, "/channels/new/sms_gateway", **fields)
    assert answer.status_code == 303, answer.text


def test_every_kind_can_be_opened_and_shows_its_own_form(ada: FlaskClient) -> None:
    kinds = ada.get("/channels/new").text
    for kind in ("email", "sms_gateway", "twilio_sms", "whatsapp_cloud"):
        assert f"/channels/new/{kind}" in kinds
        assert ada.get(f"/channels/new/{kind}").status_code == 200
    assert "phone_simulator" not in kinds
    assert ada.get("/channels/new/phone_simulator").status_code == 404


def test_a_secret_is_never_shown_again(ada: FlaskClient) -> None:
    opened(ada, "sealed-desk")
    for path in ("/channels/", "/channels/sealed-desk/", "/channels/sealed-desk/change"):
        assert "canary-word" not in ada.get(path).text
    assert "Being tried out" in ada.get("/channels/").text
    assert 'value="https://sms.example/send"' in ada.get("/channels/sealed-desk/change").text


def test_what_is_wrong_is_said_and_what_was_typed_stays(ada: FlaskClient) -> None:
    answer = send(
        ada,
        "/channels/new/sms_gateway",
        slug="Not A Name",
        name="Desk",
        **{"settings-url": "https://kept.example/", "settings-user": "clinic", "per_minute": "0"},
    )
    assert answer.status_code == 422
    assert "Use lower-case letters" in answer.text
    assert "At least one a minute" in answer.text
    assert 'value="https://kept.example/"' in answer.text
    settings = {"settings-account_sid": "AC1", "settings-url": "https://api.twilio.com"}
    without = send(ada, "/channels/new/twilio_sms", slug="no-token", name="Desk", **settings)
    assert without.status_code == 422
    assert "Give it once" in without.text


def test_it_is_changed_and_the_secret_stays(app: Flask, ada: FlaskClient) -> None:
    opened(ada, "changed-desk")
    fields = {"name": "Renamed", "active": "y", "settings-url": "https://two.example/", "settings-user": "clinic"}
    assert send(ada, "/channels/changed-desk/change", **fields).status_code == 303
    shown = ada.get("/channels/changed-desk/").text
    assert "Renamed" in shown
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    with engine.begin() as connection:
        query = text("SELECT secrets_sealed IS NOT NULL, is_sandbox FROM channel_account WHERE slug = 'changed-desk'")
        assert connection.execute(query).one() == (True, False)
    engine.dispose()


def test_how_often_is_tried_again_is_said_checked_and_shown(ada: FlaskClient) -> None:
    opened(ada, "patient-desk", **{"refused-attempts": "3", "down-first_wait": "15"})
    form = ada.get("/channels/patient-desk/change").text
    assert re.search(r'name="refused-attempts"[^>]*value="3"', form)
    assert re.search(r'name="down-first_wait"[^>]*value="15"', form)
    shown = html.unescape(ada.get("/channels/patient-desk/").text)
    assert "Attempts: 3; waits: 5 to 80 minutes" in shown
    assert "Attempts: 50; waits: 15 to 80 minutes" in shown
    wrong = send(
        ada,
        "/channels/patient-desk/change",
        name="Desk",
        **{"settings-url": "https://sms.example/send", "settings-user": "clinic", "refused-attempts": "0"},
    )
    assert wrong.status_code == 422
    assert "Give a number from 1 to 100" in wrong.text


def test_a_test_is_waited_for_and_what_failed_is_said_in_words(app: Flask, ada: FlaskClient) -> None:
    opened(ada, "tested-desk")
    wrong = send(ada, "/channels/tested-desk/test", to="+12125550199")
    assert wrong.status_code == 422
    assert "addresses of its list alone" in wrong.text
    assert send(ada, "/channels/tested-desk/test", to="+12125550123").status_code == 303
    assert "The test is on its way." in ada.get("/channels/tested-desk/").text
    part = ada.get("/channels/tested-desk/test", headers={"X-Waymark-Partial": "yes"})
    assert "<html" not in part.text
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    for error, says in (("http 403", "does not accept the user name"), ("http 418", "it answered 418"), ("odd", "odd")):
        with engine.begin() as connection:
            values = {"error": error}
            update = "UPDATE channel_state SET trial_ended_at = now(), trial_error = :error WHERE channel='tested-desk'"
            connection.execute(text(update), values)
        assert says in html.unescape(ada.get("/channels/tested-desk/").text)
    with engine.begin() as connection:
        failing = "failures = 6, last_error = 'no-answer', open_until = now(), last_failed_at = now()"
        connection.execute(text(f"UPDATE channel_state SET {failing} WHERE channel = 'tested-desk'"))
    engine.dispose()
    shown = ada.get("/channels/tested-desk/").text
    assert "It failed 6 times in a row, the last time: Nobody answers there." in shown
    assert "It is left alone until" in shown


def test_stopping_one_and_everything(ada: FlaskClient) -> None:
    opened(ada, "stopped-desk")
    assert 'href="/channels/stopped-desk/stop"' in ada.get("/channels/stopped-desk/").text
    assert "Nothing waits to leave" in ada.get("/channels/stopped-desk/stop").text
    assert "Stop every channel?" in ada.get("/channels/stop").text
    assert send(ada, "/channels/stopped-desk/stop").status_code == 303
    assert "It is stopped." in ada.get("/channels/stopped-desk/").text
    assert send(ada, "/channels/stopped-desk/resume").status_code == 303
    assert "It is stopped." not in ada.get("/channels/stopped-desk/").text
    assert send(ada, "/channels/stop").status_code == 303
    assert "Everything is stopped by ada" in ada.get("/channels/").text
    assert send(ada, "/channels/resume").status_code == 303
    assert "Everything is stopped by" not in ada.get("/channels/").text


def test_nobody_else_changes_anything(app: Flask, ada: FlaskClient) -> None:
    opened(ada, "kept-desk")
    carl = app.test_client()
    sign_in(carl, "carl")
    assert carl.get("/channels/kept-desk/").status_code == 200
    for path in ("kept-desk/test", "kept-desk/stop", "kept-desk/resume", "kept-desk/change", "stop", "resume"):
        assert send(carl, f"/channels/{path}", at="/segments/new", to="+12125550123").status_code == 403
    for path in ("new", "stop", "kept-desk/stop"):
        assert carl.get(f"/channels/{path}").status_code == 403


def test_an_unknown_one_is_a_page_that_says_so(ada: FlaskClient) -> None:
    assert ada.get("/channels/nothing-like-it/").status_code == 404
    assert send(ada, "/channels/nothing-like-it/stop").status_code == 404
