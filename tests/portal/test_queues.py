"""Queues: what a lead reads of them, and that what is promised is kept as typed."""

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.views.queues import length
from journeys.foundation.acting import enter
from journeys.store.conversations import Conversation
from journeys.store.organisation import Practitioner, PractitionerRole
from journeys.store.service_levels import ServiceCase
from journeys.store.tasks import Task, TaskQueue
from tests import make
from tests.make import added
from tests.portal.house import sign_in, token_of, works_at

PROMISE = {"response_minutes": "60", "resolution_minutes": "480", "warn_percent": "80", "pause_minutes": "120"}
PROMISE |= {"assignment": "claim", "effort_minutes": "10"}


@pytest.fixture(scope="module")
def carl(app: Flask) -> FlaskClient:
    """Carl, at a branch with a queue that nobody has used."""
    works_at(app.extensions["portal_engine"], "carl", "Carl", "harbour")
    with Session(app.extensions["portal_engine"]) as session, session.begin():
        session.add(TaskQueue(slug="calls", name={"en": "Calls"}))
    client = app.test_client()
    assert sign_in(client, "carl") == 303
    return client


def send(client: FlaskClient, **fields: str) -> Any:
    page = client.get("/queues/calls/").text
    version = page.split('name="row_version" value="')[1].split('"')[0]
    return client.post("/queues/calls/", data={"csrf_token": token_of(page), "row_version": version, **fields})


def test_what_is_promised_is_kept_and_a_second_writer_is_told(carl: FlaskClient) -> None:
    assert "Nobody wrote in this period." in carl.get("/queues/").text
    assert send(carl, **PROMISE).status_code == 303
    assert "8 h 00 min" in carl.get("/queues/").text
    stale = send(carl, **{**PROMISE, "response_minutes": "30", "row_version": "1"})
    assert stale.status_code == 422
    assert "Somebody else changed this queue meanwhile" in stale.text
    wrong = send(carl, **{**PROMISE, "response_minutes": "0", "warn_percent": "101"})
    assert wrong.status_code == 422
    assert "From 1 to 527040 minutes" in wrong.text
    assert "From 1 to 100 per cent" in wrong.text
    assert 'value="101"' in wrong.text
    assert carl.get("/queues/none/").status_code == 404


def test_a_lead_reads_how_it_was_kept(carl: FlaskClient, app: Flask) -> None:
    now = dt.datetime.now(dt.UTC)
    with Session(app.extensions["portal_engine"]) as session, session.begin():
        enter(session, make.an_act())
        branch = session.query(make.Location).filter_by(slug="harbour").one()
        queue = session.query(TaskQueue).filter_by(slug="calls").one()
        for number in range(12):
            patient = make.person(session, sms=None, at=branch)
            asked = now - dt.timedelta(days=10, minutes=number)
            talk = added(session, Conversation(patient_id=patient.id, status="open", opened_at=asked, last_at=asked))
            minutes = dt.timedelta(minutes=45 + 10 * number)
            settled = {"resolved_at": asked + minutes, "resolution_seconds": 60 * 90, "outcome": "answered"}
            session.add(
                ServiceCase(
                    patient_id=patient.id,
                    conversation_id=talk.id,
                    queue_id=queue.id,
                    seen_at=asked,
                    asked_at=asked,
                    contacts=1 if number else 2,
                    response_target=3_600,
                    answered_at=asked + minutes,
                    response_seconds=int(minutes.total_seconds()),
                    response_late=number > 1,
                    **settled,
                )
            )
    shown = carl.get("/queues/").text
    assert all(words in shown for words in ("First answer", "16 %", "1 h 35 min", "Nothing promised", "91 %"))
    assert "Nobody wrote in this period." in carl.get("/queues/?period=7").text


def test_lengths_of_time_are_words() -> None:
    assert [length(None), length(0), length(61), length(3_600)] == ["-", "0 minutes", "2 minutes", "1 h 00 min"]


def test_work_goes_from_hand_to_hand(carl: FlaskClient, app: Flask) -> None:
    engine = app.extensions["portal_engine"]
    works_at(engine, "nina", "Nina", "quay")
    with Session(engine) as session, session.begin():
        enter(session, make.an_act())
        place = session.query(make.Location).filter_by(slug="quay").one()
        rose = added(session, Practitioner(username="rose"))
        session.add(PractitionerRole(practitioner_id=rose.id, code="nurse", location_id=place.id))
        queue = session.query(TaskQueue).filter_by(slug="calls").one()
        for number in range(3):
            patient = make.person(session, sms=None, at=place)
            about = {"patient_id": patient.id, "queue_id": queue.id, "location_id": place.id, "outcomes": []}
            session.add(Task(title={"en": f"Call {number}"}, created_at=make.NOON, **about))
    nina = app.test_client()
    assert sign_in(nina, "nina") == 303

    def post(path: str, **fields: str) -> Any:
        token = token_of(nina.get("/account/").text)
        return nina.post(path, data={"csrf_token": token, **fields})

    first = post("/today/next", queue="calls").headers["Location"]
    version = nina.get(first).text.split('name="row_version" value="')[1].split('"')[0]
    assert post(f"{first}wait", row_version=version).status_code == 303
    assert "It waits for the patient, until" in nina.get(first).text
    assert post(f"{first}go-on").status_code == 303
    second = post(f"{first}complete", next="1", queue="calls").headers["Location"]
    assert second != first
    looked = nina.get("/handing-over/?colleague=rose").text
    assert "Goes to rose" in looked
    number = looked.split('name="looked_at" value="')[1].split('"')[0]
    assert post("/handing-over/give", colleague="rose", looked_at=number).status_code == 303
    assert ">rose<" in nina.get(second).text
    assert post("/handing-over/away", first="2020-01-01", last="2020-01-02").status_code == 422
    assert post("/handing-over/away", first="2026-01-01", last="2027-01-01", colleague="nobody").status_code == 422
    assert post("/handing-over/back").status_code == 303


def test_who_can_what_and_whose_tasks_come_first(carl: FlaskClient) -> None:
    more = {**PROMISE, "assignment": "least-loaded", "effort_minutes": "15", "skills": "spanish\nwounds"}
    assert send(carl, **more).status_code == 303
    shown = carl.get("/queues/calls/").text
    assert "spanish\nwounds" in shown.replace("\r", "")
    wrong = send(carl, **{**more, "skills": "Speaks Spanish"})
    assert "Use short codes" in wrong.text
    page = carl.get("/queues/staff/carl").text
    given = {"csrf_token": token_of(page), "row_version": "0", "skills": "wounds", "capacity_minutes": "240"}
    assert carl.post("/queues/staff/carl", data=given).status_code == 303
    assert "4 h 00 min" in carl.get("/queues/").text
    assert carl.post("/queues/staff/carl", data=given).status_code == 422
    assert carl.get("/queues/staff/nobody").status_code == 404
