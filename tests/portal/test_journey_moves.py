"""Moving patients of older versions: the table, the explicit yes, the way back."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from journeys.flow.moves.carry_out_moves import carry_out_moves
from journeys.flow.publishing.publish import publish
from journeys.foundation.acting import EVERYWHERE, Act, act
from journeys.store.events import emit
from tests import make
from tests.make import NOON
from tests.portal.custom_house import a_worker, house_of
from tests.portal.house import token_of
from tests.portal.test_journey_review import browser, draft

DOING = Act(NOON, "user:carl", EVERYWHERE)


def put_in_force(app: Flask, slug: str, days: int) -> None:
    draft(app, slug, days)
    act(house_of(app), DOING, publish, slug)


def one_comes_in(session: Session, doing: Act) -> None:
    emit(session, doing, "patient.changed", [{"patient_id": make.person(session).id}])


@pytest.fixture
def mona(app: Flask) -> FlaskClient:
    """A consultant who works in every branch."""
    a_worker(app, "mona", "consultant")
    return browser(app, "mona")


def test_the_table_moves_and_takes_back(app: Flask, mona: FlaskClient) -> None:
    put_in_force(app, "moving-on", 14)
    assert "Nobody is on an older version" in mona.get("/journeys/moving-on/move").text
    act(house_of(app), DOING, one_comes_in)
    put_in_force(app, "moving-on", 10)
    page = mona.get("/journeys/moving-on/move").text
    assert "Stay at this step" in page
    assert "Move 1 patient" in page
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    sent = {"csrf_token": token_of(page), "version": found[1]}
    stale = mona.post("/journeys/moving-on/move", data={**sent, "version": "1"}, follow_redirects=True)
    assert "Something changed since you looked" in stale.text
    moving = mona.post("/journeys/moving-on/move", data=sent, follow_redirects=True).text
    assert "Being moved" in moving
    while act(house_of(app), DOING, carry_out_moves):
        pass
    done = mona.get("/journeys/moving-on/move").text
    assert "Nobody is on an older version" in done
    undo = re.search(r'action="([^"]+/undo)"', done)
    assert undo
    answer = mona.post(undo[1], data={"csrf_token": token_of(done)}, follow_redirects=True)
    assert "Being taken back" in answer.text


def test_who_only_reads_sees_the_table_and_moves_nobody(app: Flask) -> None:
    put_in_force(app, "looking-on", 14)
    ada = browser(app, "ada")
    page = ada.get("/journeys/looking-on/move")
    assert page.status_code == 200
    sent = {"csrf_token": token_of(ada.get("/account/").text), "version": "1"}
    assert ada.post("/journeys/looking-on/move", data=sent).status_code == 403


def test_who_does_not_see_every_patient_moves_nobody(app: Flask) -> None:
    put_in_force(app, "half-seen", 14)
    carl = browser(app, "carl")
    sent = {"csrf_token": token_of(carl.get("/account/").text), "version": "1"}
    assert carl.post("/journeys/half-seen/move", data=sent).status_code == 403
