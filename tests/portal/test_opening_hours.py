"""Opening hours: an administrator types them as a notice on the door says them; what is wrong is said at its day."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from journeys.store.organisation import Location
from tests.portal.house import sign_in, token_of, works_at

DESK = {
    "slug": "desk",
    "name-en": "Desk",
    "zone": "America/New_York",
    "monday": "8:00 – 12:00, 13:00-17:00",
    "saturday": "09:00-24:00",
    "closed_days": "2026-12-25\n2020-12-25",
}


@pytest.fixture(scope="module")
def ada(app: Flask) -> FlaskClient:
    """Ada, after she has written the hours of the desk; there is a branch."""
    works_at(app.extensions["portal_engine"], "nina", "Nina Haas", "harbour")
    client = app.test_client()
    assert sign_in(client, "ada") == 303
    assert send(client, "/opening-hours/new", **DESK).status_code == 303
    return client


def send(client: FlaskClient, path: str, **fields: str):
    return client.post(path, data={"csrf_token": token_of(client.get(path).text), **fields})


def turn(app: Flask, status: str) -> None:
    with app.extensions["portal_engine"].begin() as connection:
        connection.execute(update(Location).values(status=status))


def test_hours_are_shown_as_they_were_typed(ada: FlaskClient) -> None:
    shown = ada.get("/opening-hours/desk/").text
    assert "08:00-12:00, 13:00-17:00" in shown
    assert "2026-12-25" in shown
    assert "2020-12-25" not in shown
    listed = ada.get("/opening-hours/").text
    assert "2 days" in listed
    assert "Nobody" in listed


def test_a_branch_that_rests_keeps_its_hours(ada: FlaskClient, app: Flask) -> None:
    fields = {**DESK, "slug": "rest", "branches": "harbour"}
    assert send(ada, "/opening-hours/new", **fields).status_code == 303
    turn(app, "suspended")
    shown = ada.get("/opening-hours/rest/edit").text
    turn(app, "active")
    assert 'value="harbour"' in shown


def test_what_is_wrong_is_said_at_its_day_and_nothing_is_lost(ada: FlaskClient) -> None:
    answer = send(ada, "/opening-hours/new", **{**DESK, "slug": "other", "tuesday": "nine to five", "monday": "9-8"})
    assert answer.status_code == 422
    assert answer.text.count("Write stretches as 08:00-12:00, with commas between; 24:00 is midnight") >= 3
    assert 'value="nine to five"' in answer.text
    assert 'value="9-8"' in answer.text


def test_who_changes_hours_after_somebody_else_loses_nothing(ada: FlaskClient) -> None:
    fields = {**DESK, "branches": "harbour"}
    assert send(ada, "/opening-hours/desk/edit", row_version="1", **fields).status_code == 303
    assert "Harbour" in ada.get("/opening-hours/desk/").text
    answer = send(ada, "/opening-hours/desk/edit", row_version="1", **{**fields, "sunday": "10:00-11:00"})
    assert answer.status_code == 422
    assert "Somebody else changed these hours meanwhile" in answer.text
    assert 'value="10:00-11:00"' in answer.text
