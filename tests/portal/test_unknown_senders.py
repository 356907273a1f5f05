"""Unknown senders: staff read what was written, find whose it is, or set it aside; what is wrong is said."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from journeys.contact.caregivers.record_caregiver import record_caregiver
from journeys.contact.caregivers.shapes import Caregiver
from journeys.contact.replies.receive import Arrived, receive
from journeys.foundation.acting import House, act
from journeys.foundation.database import WORKER, connect, sessions
from journeys.store.organisation import Location, Practitioner, PractitionerRole
from journeys.store.people import Patient
from tests import make as a
from tests.make import an_act
from tests.portal.house import sign_in, token_of

PAGE = "/unknown-senders/"


@pytest.fixture
def house(app: Flask):
    engine = connect(app.config["WAYMARK"].database_url, WORKER)
    yield House(sessions(engine), ring=lambda _name: None)
    engine.dispose()


@pytest.fixture
def zelda(house: House) -> str:
    """The uid of a patient of the branch where Nina works."""
    with house.sessions.begin() as session:
        place = session.scalar(select(Location).where(Location.slug == "strangers"))
        if place is None:
            place = a.branch(session, "strangers")
            nina = session.scalar(select(Practitioner).where(Practitioner.username == "nina"))
            nina = nina or a.added(session, Practitioner(username="nina", name="Nina Haas"))
            session.add(PractitionerRole(practitioner_id=nina.id, code="nurse", location_id=place.id))
        return str(a.person(session, sms=None, name="Zelda Quorra", given_name="Zelda", at=place).uid)


@pytest.fixture
def nina(app: Flask) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, "nina") == 303
    return client


def written(house: House, client: FlaskClient, text: str, key: str) -> str:
    """The page of what a stranger wrote."""
    act(house, an_act(), receive, Arrived("phone_simulator", f"unknown-{key}", f"+1212556{key}", text))
    shown = client.get(PAGE).text
    found = re.findall(r'href="(/unknown-senders/\d+/)"[^>]*>\s*(?:<bdi>)?\s*([^<\s]+)', shown)
    return next(address for address, sender in found if sender == f"+1212556{key}")


def test_a_stranger_is_found_and_linked_once(house: House, zelda: str, nina: FlaskClient) -> None:
    address = written(house, nina, "it is Zelda <b>here</b>", "0001")
    page = nina.get(address).text
    assert "it is Zelda &lt;b&gt;here&lt;/b&gt;" in page
    assert "+12125560001" in page
    assert "Write a name" in nina.post(address, data={"csrf_token": token_of(page)}).text
    linked = nina.post(f"{address}link", data={"csrf_token": token_of(page), "patient": zelda, "keep": "yes"})
    assert linked.status_code == 303
    assert "it is Zelda" not in nina.get(PAGE).text
    again = nina.post(f"{address}link", data={"csrf_token": token_of(page), "patient": zelda}, follow_redirects=True)
    assert "Somebody dealt with it first" in again.text


def test_a_stranger_stands_in_the_inbox_with_a_time_and_gets_an_owner(house: House, nina: FlaskClient) -> None:
    address = written(house, nina, "is <b>anybody</b> there", "0013")
    listed = nina.get("/inbox/?box=nobodys").text
    assert (address in listed, "is &lt;b&gt;anybody" in listed, "Find out who wrote" in listed) == (True,) * 3
    assert address not in nina.get("/inbox/").text
    assert re.search("Reply (was due )?by", nina.get(PAGE).text)
    page = nina.get(address).text
    assert nina.post(f"{address}claim", data={"csrf_token": token_of(page)}).status_code == 303
    assert (address in nina.get("/inbox/").text, address in nina.get("/inbox/?box=nobodys").text) == (True, False)
    page = nina.get(address).text
    assert "Give it back" in page
    assert nina.post(f"{address}give-back", data={"csrf_token": token_of(page)}).status_code == 303
    assert address in nina.get("/inbox/?box=nobodys").text
    nina.post(f"{address}aside", data={"csrf_token": token_of(page), "reason": "nobody-here"})
    assert address not in nina.get("/inbox/?box=everyone").text
    gone = nina.post(f"{address}claim", data={"csrf_token": token_of(page)}, follow_redirects=True)
    assert "Somebody else was first" in gone.text


def test_an_emergency_of_a_stranger_stands_out(house: House, nina: FlaskClient) -> None:
    address = written(house, nina, "cannot breathe", "0004")
    assert "Somebody may need help at once" in nina.get("/today/").text
    assert "Some of these may be emergencies" in nina.get(PAGE).text
    page = nina.get(address).text
    assert "Call back now" in page
    nina.post(f"{address}aside", data={"csrf_token": token_of(page), "reason": "answered"})
    assert "may be emergencies" not in nina.get(PAGE).text
    assert "Somebody may need help at once" not in nina.get("/today/").text


def test_what_is_nobodys_is_set_aside_with_a_reason(house: House, nina: FlaskClient) -> None:
    address = written(house, nina, "cheap watches", "0002")
    token = token_of(nina.get(address).text)
    refused = nina.post(f"{address}aside", data={"csrf_token": token})
    assert refused.status_code == 422
    assert "cheap watches" in refused.text
    done = nina.post(f"{address}aside", data={"csrf_token": token, "reason": "advertising"}, follow_redirects=True)
    assert "It is set aside" in done.text
    assert "cheap watches" not in done.text
    gone = nina.get(address, follow_redirects=True)
    assert "Somebody dealt with it first" in gone.text


def test_a_patient_who_is_none_is_looked_for_again(house: House, nina: FlaskClient) -> None:
    address = written(house, nina, "hello there", "0003")
    token = token_of(nina.get(address).text)
    for patient in ("", "x", "00000000-0000-4000-8000-000000000000"):
        answer = nina.post(f"{address}link", data={"csrf_token": token, "patient": patient}, follow_redirects=True)
        assert "Find the patient again" in answer.text
    assert "hello there" in nina.get(PAGE).text


def test_the_number_of_somebody_beside_a_patient_says_who_it_may_be(
    house: House, zelda: str, nina: FlaskClient
) -> None:
    with house.sessions.begin() as session:
        patient = session.scalar(select(Patient.id).where(Patient.uid == zelda))
    mary = Caregiver("Mary Quorra", "mother", phone="+12125560007")
    act(house, an_act(), record_caregiver, patient, mary)
    page = nina.get(written(house, nina, "how is she?", "0007")).text
    assert "It may be somebody beside a patient" in page
    assert "Mary Quorra" in page
    assert f'href="/patients/{zelda}/"' in page
    assert "somebody beside a patient" not in nina.get(written(house, nina, "hello", "0008")).text
