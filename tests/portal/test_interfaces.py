"""Interfaces: opened by an administrator, who reads every message that came and sees to those that are set aside."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.foundation.audit import AuditEntry
from journeys.foundation.database import OWNER, WORKER, connect, sessions
from journeys.foundation.links import token_of as token_for
from journeys.foundation.outgoing import Reach
from journeys.store import Appointment, Connection, Location, OutgoingMessage
from journeys.sync.apply_messages import apply_messages
from journeys.sync.fhir.read_servers import read_servers
from journeys.sync.fhir.take_hint import LINK
from journeys.sync.receive_message import receive_message
from tests.make import added, person
from tests.portal.house import sign_in, token_of, works_at
from tests.unit.sync.conftest import bytes_of
from tests.unit.sync.messages import registered

CITY = {
    "slug": "city",
    "name-en": "City hospital",
    "branch": "harbour",
    "port": "2575",
    "zone": "America/New_York",
    "region": "us",
    "senders": "EHR|CITY",
    "authorities": "CITY = http://city.example/mrn",
    "active": "y",
}
NOW = datetime(2026, 5, 4, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def ada(app: Flask) -> FlaskClient:
    """Ada, after she opened an interface over which two messages came."""
    works_at(app.extensions["portal_engine"], "nina", "Nina Haas", "harbour")
    client = app.test_client()
    assert sign_in(client, "ada") == 303
    assert send(client, "/interfaces/new", **CITY).status_code == 303
    bring(app, registered(), registered("A2", patient="PID|1||||Doe^John"))
    return client


def bring(app: Flask, *texts: str) -> None:
    """Take messages and apply them, as the listening process and a worker do."""
    engine = connect(str(app.extensions["portal_engine"].url.render_as_string(hide_password=False)), WORKER)
    make = sessions(engine)
    house = House(make, ring=lambda name: None)

    def an_act() -> Act:
        return Act(NOW, "test:interface", EVERYWHERE, "care")

    with Session(engine) as session:
        number = session.scalars(select(Connection.id)).one()
    for text in texts:
        act(house, an_act(), receive_message, number, bytes_of(text))
    while apply_messages(house, an_act):
        pass
    engine.dispose()


def send(client: FlaskClient, path: str, page: str = "", **fields: str):
    return client.post(path, data={"csrf_token": token_of(client.get(page or path).text), **fields})


def link_of(client: FlaskClient, words: str) -> str:
    """The address of the message that is listed by this name."""
    found = re.search(rf'href="(/interfaces/messages/[^"]+)"[^>]*>\s*{words}', client.get("/interfaces/city/").text)
    assert found
    return found[1]


def test_what_was_typed_is_shown_again(ada: FlaskClient) -> None:
    assert "City hospital" in ada.get("/interfaces/").text
    shown = ada.get("/interfaces/city/edit").text
    for each in ('value="2575"', "EHR|CITY", "CITY = http://city.example/mrn", 'value="US"'):
        assert each in shown


def test_the_list_says_what_became_of_each_and_nothing_of_what_they_say(ada: FlaskClient) -> None:
    shown = ada.get("/interfaces/city/").text
    assert "ADT^A28" in shown
    assert "names no patient by a number of theirs (PID-3)" in shown
    assert "Mitchell" not in shown
    assert "A1" not in re.findall(r">\s*(A\d)\s*<", ada.get("/interfaces/city/?state=set-aside").text)
    assert "No message" in ada.get("/interfaces/city/?state=refused").text


def test_a_message_is_read_by_somebody_and_that_is_written_down(ada: FlaskClient, app: Flask) -> None:
    shown = ada.get(link_of(ada, "A1")).text
    assert "Mitchell^Sarah" in shown
    assert "1 × Patient" in shown
    read = select(func.count()).where(AuditEntry.verb.endswith("open_message"))
    owner = connect(str(app.extensions["portal_engine"].url.render_as_string(hide_password=False)), OWNER)
    with owner.connect() as connection:
        assert connection.scalar(read) > 0
    owner.dispose()


def test_what_is_set_aside_is_tried_again_and_settled(ada: FlaskClient, app: Flask) -> None:
    address = link_of(ada, "A2")
    assert send(ada, f"{address}/again", address).status_code == 303
    assert "Waiting" in ada.get(address).text
    bring(app)
    assert send(ada, f"{address}/settle", address).status_code == 303
    shown = ada.get(address).text
    assert "Settled" in shown
    assert "Apply once more" not in shown


def test_what_is_wrong_is_said_where_it_was_typed_and_nothing_is_lost(ada: FlaskClient) -> None:
    wrong = {**CITY, "slug": "other", "port": "80", "zone": "Mars/Base", "senders": "EHR", "codes": "nothing"}
    answer = send(ada, "/interfaces/new", **wrong)
    assert answer.status_code == 422
    assert "Write each line as one name = what it means" in answer.text
    answer = send(ada, "/interfaces/new", **{**wrong, "codes": ""})
    for says in ("A port is a number from 1024", "There is no such time zone", "Write each sender as"):
        assert says in answer.text
    assert 'value="Mars/Base"' in answer.text


def test_who_changes_it_after_somebody_else_loses_nothing(ada: FlaskClient) -> None:
    fields = {key: value for key, value in CITY.items() if key != "slug"}
    assert send(ada, "/interfaces/city/edit", row_version="1", **fields).status_code == 303
    answer = send(ada, "/interfaces/city/edit", row_version="1", **{**fields, "port": "2599"})
    assert "Somebody else changed this interface meanwhile" in answer.text
    assert 'value="2599"' in answer.text


def test_a_server_is_opened_tested_and_never_shows_its_secret(ada: FlaskClient, app: Flask) -> None:
    given = {"slug": "emr", "name-en": "The EMR", "branch": "harbour", "base": "https://127.0.0.1/fhir", "active": "y"}
    given |= {"way_in": "bearer", "types": "Patient\nTask", "every": "20", "region": "us", "scope": "system/*.rs"}
    answer = send(ada, "/interfaces/servers/new", **given)
    assert answer.status_code == 422
    assert "Give what opens the server" in answer.text
    assert send(ada, "/interfaces/servers/new", **given, secret="open sesame").status_code == 303
    read_all(app)
    shown = ada.get("/interfaces/emr/").text
    assert "Its address lies inside a network" in shown
    assert "https://127.0.0.1/fhir" in shown
    assert send(ada, "/interfaces/servers/emr/test", "/interfaces/emr/").status_code == 303
    assert ada.get("/interfaces/emr/edit").location.endswith("/interfaces/servers/emr/edit")
    form = ada.get("/interfaces/servers/emr/edit").text
    assert "sesame" not in form
    assert "Patient\nTask" in form.replace("\r", "")
    assert ada.get("/interfaces/servers/city/edit").status_code == 404


def test_a_hint_of_a_server_makes_the_house_look_and_is_not_read(ada: FlaskClient, app: Flask) -> None:
    with Session(app.extensions["portal_engine"]) as session:
        number = session.scalars(select(Connection.id).where(Connection.slug == "emr")).one()
    stranger = app.test_client()
    door = f"/hooks/fhir/{token_for(LINK, number)}"
    assert stranger.post(door, data=b"\xff not JSON").status_code == 200
    assert stranger.post(door).status_code == 200
    assert stranger.put(f"{door}/Patient/7", json={"resourceType": "Patient"}).status_code == 200
    assert stranger.post(door[:-1] + "!").status_code == 404
    assert stranger.post(f"/hooks/fhir/{token_for('channel', number)}").status_code == 404
    assert stranger.get(door).status_code in (302, 405)
    assert "It says so and is asked" in ada.get("/interfaces/emr/").text


def read_all(app: Flask) -> None:
    """Read every server that is due, as a worker does."""
    engine = connect(str(app.extensions["portal_engine"].url.render_as_string(hide_password=False)), WORKER)
    house = House(sessions(engine), ring=lambda name: None)

    def an_act() -> Act:
        return Act(datetime.now(UTC), "test:reader", EVERYWHERE)

    while read_servers(house, an_act, Reach()):
        pass
    engine.dispose()


def test_who_is_told_is_kept_and_what_is_told_is_listed(ada: FlaskClient, app: Flask) -> None:
    fields = {key: value for key, value in CITY.items() if key != "slug"}
    told = {"send_host": "emr.example", "send_port": "6661", "send_to": "EHR|CITY", "send_own": "WAYMARK|CLINIC"}
    wrong = send(ada, "/interfaces/city/edit", **fields, **{**told, "send_port": "70000"})
    assert "A port is a number from 1 to 65535" in wrong.text
    assert send(ada, "/interfaces/city/edit", **fields, **told).status_code == 303
    shown = ada.get("/interfaces/city/edit").text
    for each in ('value="emr.example"', 'value="6661"', 'value="EHR|CITY"', 'value="WAYMARK|CLINIC"'):
        assert each in shown
    assert "No message" in ada.get("/interfaces/city/told/").text
    engine = connect(str(app.extensions["portal_engine"].url.render_as_string(hide_password=False)), WORKER)
    with Session(engine) as session, session.begin():
        here = session.scalars(select(Location).where(Location.slug == "harbour")).one()
        visit = added(session, Appointment(patient_id=person(session, at=here).id, status="booked"))
        told_of = {"appointment_id": visit.id, "start_at": NOW, "event": "S12"}
        number = session.scalars(select(Connection.id).where(Connection.slug == "city")).one()
        row = added(session, OutgoingMessage(connection_id=number, status="set-aside", error="AR", **told_of))
        address = f"/interfaces/told/{row.uid}"
    engine.dispose()
    assert "The receiver refuses it (AR)" in ada.get("/interfaces/city/told/?state=set-aside").text
    assert send(ada, f"{address}/again", address).status_code == 303
    assert "Waiting" in ada.get(address).text
    assert (
        "Somebody has dealt with this message already"
        in ada.get(send(ada, f"{address}/settle", address).headers["Location"]).text
    )
