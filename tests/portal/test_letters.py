"""Letters: a batch is made, looked through, printed once, posted, and what came back is told; refused in words."""

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.base import clock
from journeys.foundation.database import OWNER, connect
from journeys.store.channel_accounts import ChannelAccount
from journeys.store.contact import Message
from journeys.store.organisation import Location, Practitioner, PractitionerRole
from journeys.store.people import PatientTelecom
from tests.make import added, branch, consent, message, person, template
from tests.portal.house import sign_in, token_of


@pytest.fixture
def engine(app: Flask) -> Iterator[Engine]:
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    yield engine
    engine.dispose()


@pytest.fixture
def tuesday(monkeypatch: pytest.MonkeyPatch) -> dt.datetime:
    """The portal's clock stands at noon in New York on the Tuesday to come: no rule of hours or days holds a letter."""
    today = dt.datetime.now(dt.UTC)
    day = today + dt.timedelta(days=(1 - today.weekday()) % 7)
    noon = day.replace(hour=17, minute=0)
    monkeypatch.setattr(clock, "now", lambda: noon)
    return noon


@pytest.fixture
def waiting(engine: Engine, tuesday: dt.datetime) -> int:
    """A letter of a patient of Nina's that waits, in an account of its own."""
    with Session(engine) as session, session.begin():
        nina = session.scalar(select(Practitioner).where(Practitioner.username == "nina"))
        nina = nina or added(session, Practitioner(username="nina", name="Nina Haas"))
        place = session.scalar(select(Location).where(Location.slug == "letters")) or branch(session, "letters")
        session.add(PractitionerRole(practitioner_id=nina.id, code="nurse", location_id=place.id))
        settings = {"sender": "Riverside", "paper": "A4"}
        facts = {"kind": "letter", "name": "Letters", "settings": settings, "is_sandbox": False}
        session.add(ChannelAccount(slug="letters-desk", **facts))
        patient = person(session, sms=None, at=place, name="Lena Letter")
        address = added(session, PatientTelecom(patient_id=patient.id, system="postal", value="12 Main Street"))
        consent(session, patient)
        row = message(
            session, patient, template(session, "letters"), status="released", channel="letter", channels=["letter"]
        )
        row.telecom_id = address.id
        return row.id


def press(client: FlaskClient, address: str, **fields: str):
    """Press a button of the page of letters."""
    return client.post(address, data={"csrf_token": token_of(client.get("/letters/").text), **fields})


def test_a_letter_goes_to_the_post_and_comes_back(app: Flask, engine: Engine, waiting: int) -> None:
    client = app.test_client()
    assert sign_in(client, "nina") == 303
    assert "Make a batch for Letters" in client.get("/letters/").text
    made = press(client, "/letters/make", account="letters-desk")
    assert made.status_code == 303
    batch = made.location.rstrip("/")
    page = client.get(f"{batch}/").text
    assert ("Lena Letter" in page, "12 Main Street" in page, "Mark as posted" in page) == (True, True, False)
    assert press(client, f"{batch}/post").status_code == 303
    assert "Nobody has printed it yet" in client.get(f"{batch}/").text
    printed = press(client, f"{batch}/print")
    assert (printed.mimetype, printed.data[:5]) == ("application/pdf", b"%PDF-")
    assert press(client, f"{batch}/print").status_code == 303
    assert "It has been printed already" in client.get(f"{batch}/").text
    assert press(client, f"{batch}/print", again="yes").data[:5] == b"%PDF-"
    press(client, f"{batch}/post")
    assert "It came back" in client.get(f"{batch}/").text
    press(client, f"{batch}/back/{waiting}")
    assert "Came back" in client.get(f"{batch}/").text
    with Session(engine) as session:
        row = session.get_one(Message, waiting)
        address = session.get_one(PatientTelecom, row.telecom_id)
        assert (row.status, row.error, address.status, address.status_why) == (
            "undeliverable",
            "returned",
            "bounced",
            "returned",
        )
