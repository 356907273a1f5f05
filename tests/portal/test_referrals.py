"""Referrals: written, moved by buttons and forms, read in a list; refused in words; nobody else's branch."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from journeys.foundation.database import OWNER, connect
from journeys.store import Location, Organization, Patient, Practitioner, PractitionerRole, Referral
from tests.make import added, branch, person
from tests.portal.house import sign_in, token_of


@pytest.fixture
def engine(app: Flask) -> Iterator[Engine]:
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    yield engine
    engine.dispose()


@dataclass
class Here:
    """A patient of Nina's, one of another branch, a specialist, and Nina at her desk."""

    client: FlaskClient
    patient: uuid.UUID
    elsewhere: uuid.UUID
    place_id: int
    specialist_id: int

    def press(self, address: str, **fields: str):
        page = self.client.get(f"/referrals/new/{self.patient}/outgoing").text
        return self.client.post(address, data={"csrf_token": token_of(page), **fields})

    def write(self, **fields: str) -> str:
        """A referral of the patient; its address."""
        given = {"service": "Cardiology", "to": str(self.specialist_id), "branch": str(self.place_id)}
        made = self.press(f"/referrals/new/{self.patient}/outgoing", **{**given, "priority": "routine", **fields})
        assert made.status_code == 303, made.text
        return made.location


@pytest.fixture
def here(app: Flask, engine: Engine) -> Here:
    with Session(engine) as session, session.begin():
        nina = session.scalar(select(Practitioner).where(Practitioner.username == "nina"))
        nina = nina or added(session, Practitioner(username="nina", name="Nina Haas"))
        place = session.scalar(select(Location).where(Location.slug == "referrals"))
        if place is None:
            place = branch(session, "referrals")
            session.add(PractitionerRole(practitioner_id=nina.id, code="nurse", location_id=place.id))
        other = session.scalar(select(Location).where(Location.slug == "far")) or branch(session, "far")
        patient = person(session, sms=None, at=place, name="Rita Referred")
        far = person(session, sms=None, at=other, name="Fara Away")
        specialist = added(session, Organization(name="Heart Specialists"))
        session.add(Referral(patient_id=far.id, status="sent", display="Far service"))
        found = patient.uid, far.uid, place.id, specialist.id
    client = app.test_client()
    assert sign_in(client, "nina") == 303
    return Here(client, *found)


def referral_of(engine: Engine, patient: uuid.UUID) -> Referral:
    with Session(engine) as session:
        wanted = select(Referral).join(Patient, Patient.id == Referral.patient_id).where(Patient.uid == patient)
        return session.scalars(wanted).one()


def test_a_referral_goes_its_way(engine: Engine, here: Here) -> None:
    address = here.write(reason="Palpitations", question="Ablation?", due="2099-01-31")
    page = here.client.get(address).text
    for words in ("Palpitations", "Ablation?", "Heart Specialists", "Draft", "Mark as sent", "Rita Referred"):
        assert words in page, words
    assert here.press(f"{address}move/sent").status_code == 303
    form = here.client.get(f"{address}move/scheduled").text
    assert "Day of the appointment" in form
    wrong = here.press(f"{address}move/scheduled", note="Ask for Ms Lund")
    assert (wrong.status_code, "Ask for Ms Lund" in wrong.text) == (422, True)
    assert here.press(f"{address}move/scheduled", day="2099-01-10", time="09:30").status_code == 303
    assert referral_of(engine, here.patient).scheduled_at.isoformat().startswith("2099-01-10T14:30")
    assert here.press(f"{address}move/attended").status_code == 303
    assert here.press(f"{address}move/results-received").status_code == 303
    assert "Add the report, or the paper that came back, first" in here.client.get(address).text
    assert here.press(f"{address}papers", kind="result", title="Letter of 10 January").status_code == 303
    assert here.press(f"{address}move/results-received").status_code == 303
    assert here.press(f"{address}review").status_code == 422
    assert here.press(f"{address}review", note="All is well").status_code == 303
    assert here.press(f"{address}move/patient-informed", why="phone").status_code == 303
    assert here.press(f"{address}move/closed").status_code == 303
    page = here.client.get(address).text
    for words in ("Nothing more has to be done.", "All is well", "By phone", "Letter of 10 January", "Closed"):
        assert words in page, words


def test_the_list_shows_what_is_open_and_of_ones_branches(here: Here) -> None:
    address = here.write()
    page = here.client.get("/referrals/").text
    assert ("Rita Referred" in page, address in page, "Fara Away" in page) == (True, True, False)
    assert address not in here.client.get("/referrals/?status=closed").text
    assert address not in here.client.get("/referrals/?quiet=42").text
    assert here.client.get("/referrals/?status=nonsense&branch=x&quiet=y&sort=z").status_code == 200
    assert here.client.get("/referrals/?sort=due&order=down&after=999999").status_code == 200


def test_what_comes_to_us(engine: Engine, here: Here) -> None:
    address = f"/referrals/new/{here.patient}/incoming"
    assert "counts as received" in here.client.get(address).text
    given = {"service": "Physiotherapy", "sender": str(here.specialist_id), "branch": str(here.place_id)}
    made = here.press(address, **given, priority="urgent")
    page = here.client.get(made.location).text
    assert ("Take it" in page, "Mark as sent" in page, "Decide whether you take it" in page) == (True, False, True)
    assert "Physiotherapy" in here.client.get("/referrals/?direction=incoming").text


def test_what_is_wrong_is_said_and_nothing_is_lost(here: Here) -> None:
    refused = here.press(f"/referrals/new/{here.patient}/outgoing", service="", reason="Kept words", due="2001-01-01")
    assert refused.status_code == 422
    assert "Kept words" in refused.text
    late = here.press(
        f"/referrals/new/{here.patient}/outgoing",
        service="x",
        priority="routine",
        reason="Kept words",
        due="2001-01-01",
    )
    assert ("This has to lie ahead" in late.text, "Kept words" in late.text) == (True, True)
    address = here.write(to="")
    assert here.press(f"{address}move/sent").status_code == 303
    assert "Say first to whom it goes" in here.client.get(address).text
    assert here.press(f"{address}move/nonsense").status_code == 404
    assert here.press(f"{address}papers", kind="result").status_code == 422


def test_a_page_that_is_old_overwrites_nothing(here: Here) -> None:
    address = here.write()
    assert here.press(f"{address}move/sent", version="1").status_code == 303
    assert here.press(f"{address}move/received", version="1").status_code == 409


def test_it_is_given_to_somebody(here: Here) -> None:
    address = here.write()
    assert here.press(f"{address}owner", owner="nina").status_code == 303
    assert "nina" in here.client.get(address).text
    assert here.press(f"{address}owner", owner="nobody-here").status_code == 422


def test_another_branch_and_another_role_are_refused(app: Flask, engine: Engine, here: Here) -> None:
    far = referral_of(engine, here.elsewhere)
    assert here.client.get(f"/referrals/{far.uid}/").status_code == 404
    assert here.client.get(f"/referrals/new/{here.elsewhere}/outgoing").status_code == 404
    assert here.press(f"/referrals/{far.uid}/move/received").status_code == 404
    carl = app.test_client()
    assert sign_in(carl, "carl") == 303
    assert carl.get(f"/referrals/new/{here.patient}/outgoing").status_code == 403
