"""The front desk: today's arrivals with what is due for each, by acts that are offered when they make sense."""

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from journeys.foundation.acting import enter
from journeys.store.access import Appointment
from journeys.store.conversations import Conversation
from journeys.store.organisation import Location, Practitioner, PractitionerRole
from journeys.store.tasks import Task, TaskQueue
from tests import make
from tests.make import NOON, added
from tests.portal.house import sign_in, token_of, works_at

HOUR = dt.timedelta(hours=1)


@pytest.fixture(scope="module")
def nina(app: Flask) -> FlaskClient:
    """Nina at her branch, at noon of a Tuesday."""
    works_at(app.extensions["portal_engine"], "nina", "Nina", "front")
    app.config["CLOCK"] = lambda: NOON
    client = app.test_client()
    assert sign_in(client, "nina") == 303
    return client


def comes(app: Flask, name: str, start_at: dt.datetime, **facts: Any) -> str:
    """Somebody comes, with a task and a conversation; the uid of the visit."""
    with Session(app.extensions["portal_engine"]) as session, session.begin():
        enter(session, make.an_act())
        place = session.query(Location).filter_by(slug="front").one()
        queue = session.query(TaskQueue).first() or added(session, TaskQueue(slug="desk", name={"en": "Desk"}))
        patient = make.person(session, sms=None, at=place, name=name)
        about = {"patient_id": patient.id, "queue_id": queue.id, "outcomes": [], "created_at": NOON}
        added(session, Task(title={"en": f"Ask {name} for the card"}, **about))
        added(session, Conversation(patient_id=patient.id, opened_at=NOON, last_at=NOON))
        visit = {"status": "booked", "display": "Check-up", "location_id": place.id, "start_at": start_at}
        return str(added(session, Appointment(patient_id=patient.id, **{**visit, **facts})).uid)


def say(client: FlaskClient, visit: str, deed: str) -> str:
    """What the desk reads after an act."""
    data = {"csrf_token": token_of(client.get("/account/").text)}
    return client.post(f"/front-desk/{visit}/say/{deed}", data=data, follow_redirects=True).text


def test_a_day_at_the_front_desk(nina: FlaskClient, app: Flask) -> None:
    assert "Nobody comes today" in nina.get("/front-desk/").text
    late = comes(app, "Vera Visitor", NOON + HOUR)
    early = comes(app, "Earl Early", NOON - HOUR)
    comes(app, "Yola Yesterday", NOON - 24 * HOUR)
    comes(app, "Cora Cancelled", NOON, status="cancelled")
    page = nina.get("/front-desk/").text
    assert page.index("Earl Early") < page.index("Vera Visitor")
    assert "Yola" not in page
    assert "Cora" not in page
    assert all(words in page for words in ("Ask Vera Visitor for the card", "1 conversation", "Our turn", "0 of them"))
    assert f"{late}/say/confirm" in page
    assert f"{late}/say/no-show" not in page
    assert f"{early}/say/no-show" in page
    assert "Confirmed" in say(nina, late, "confirm")
    assert "1 of them is here." in say(nina, late, "check-in")
    assert "The appointment is not today" not in say(nina, early, "no-show")
    assert f"{early}/say/check-in" in nina.get("/front-desk/").text
    assert nina.post(f"/front-desk/{early}/say/dance").status_code in (400, 404)


def test_many_arrivals_take_no_more_statements(nina: FlaskClient, app: Flask) -> None:
    sent: list[str] = []
    engine = app.extensions["portal_engine"]
    event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_: sent.append(statement))
    nina.get("/front-desk/")
    few = len(sent)
    for number in range(6):
        comes(app, f"Person {number}", NOON + HOUR)
    sent.clear()
    nina.get("/front-desk/")
    assert len(sent) == few


def test_who_works_at_no_branch_is_told_so(app: Flask) -> None:
    engine = app.extensions["portal_engine"]
    with Session(engine) as session, session.begin():
        somebody = added(session, Practitioner(username="ada", name="Ada"))
        session.add(PractitionerRole(practitioner_id=somebody.id, code="office"))
    client = app.test_client()
    assert sign_in(client, "ada") == 303
    assert "You work at no branch" in client.get("/front-desk/").text
