"""Marks by staff: what follows is shown first, nothing typed is lost, and only who may does."""

import re
import uuid
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from journeys.foundation.database import OWNER, connect
from journeys.store.contact_marks import ContactMark
from journeys.store.organisation import Location, Practitioner, PractitionerRole
from journeys.store.people import Patient, PatientTelecom
from tests.make import added, branch, consent, message, person, template
from tests.portal.house import sign_in, token_of


@pytest.fixture
def engine(app: Flask) -> Iterator[Engine]:
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    yield engine
    engine.dispose()


def open_as(app: Flask, username: str) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, username) == 303
    return client


@pytest.fixture
def nina(app: Flask) -> FlaskClient:
    return open_as(app, "nina")


def somebody(engine: Engine, slug: str | None = "marks") -> uuid.UUID:
    """A patient with a waiting message, in a branch where Nina works."""
    with Session(engine) as session, session.begin():
        here = None if slug is None else session.scalar(select(Location).where(Location.slug == slug))
        if slug is not None and here is None:
            here = branch(session, slug)
            nina = session.scalar(select(Practitioner).where(Practitioner.username == "nina"))
            nina = nina or added(session, Practitioner(username="nina", name="Nina Haas"))
            session.add(PractitionerRole(practitioner_id=nina.id, code="nurse", location_id=here.id))
        patient = person(session, at=here, sms=f"+1212555{uuid.uuid4().int % 10_000:04}")
        consent(session, patient, purpose=None)
        message(session, patient, template(session, "marks-text"), channels=["sms"])
        return patient.uid


def marks_of(engine: Engine, uid: uuid.UUID) -> list[tuple]:
    with Session(engine) as session:
        query = select(ContactMark).join(Patient, Patient.id == ContactMark.patient_id).where(Patient.uid == uid)
        return [(row.kind, row.purpose, row.evidence, row.until_at is None) for row in session.scalars(query)]


def send(client: FlaskClient, path: str, **fields: str):
    """Send the last form of a page."""
    page = client.get(path).text
    return client.post(path, data={"csrf_token": token_of(page), **fields})


def test_a_mark_is_seen_then_set_then_lifted(nina: FlaskClient, engine: Engine) -> None:
    uid = somebody(engine)
    path = f"/marks/{uid}/"
    given = {"kind": "legal-hold", "source": "phone", "evidence": "the court wrote"}
    preview = send(nina, path, **given)
    assert preview.status_code == 200
    assert "What follows from this mark" in preview.text
    assert "the court wrote" in preview.text
    assert marks_of(engine, uid) == []
    seen = re.search(r'name="seen" value="(\w+)"', preview.text)[1]
    changed = send(nina, path, **{**given, "kind": "objection"}, seen=seen)
    assert changed.status_code == 200
    assert marks_of(engine, uid) == []
    assert send(nina, path, **given, seen=seen).status_code == 303
    assert marks_of(engine, uid) == [("legal-hold", None, "the court wrote", True)]
    page = nina.get(path).text
    assert "Legal hold" in page
    assert "On the phone" in page
    lift = re.search(rf'action="({path}lift/[^"]+)"', page)[1]
    assert nina.post(lift, data={"csrf_token": token_of(page)}).status_code == 303
    assert [row[-1] for row in marks_of(engine, uid)] == [False]
    assert "Marks that have ended" in nina.get(path).text


def test_what_cannot_be_is_refused_at_its_place_and_stays_typed(nina: FlaskClient, engine: Engine) -> None:
    uid = somebody(engine)
    page = send(nina, f"/marks/{uid}/", kind="dnd", source="phone", evidence="asked on Monday")
    assert page.status_code == 422
    assert "Choose the number or address that this is about" in page.text
    assert "asked on Monday" in page.text
    assert send(nina, f"/marks/{uid}/", kind="moon-sign", source="phone").status_code == 422
    assert marks_of(engine, uid) == []


def test_a_number_is_said_to_be_somebody_elses(nina: FlaskClient, engine: Engine) -> None:
    uid = somebody(engine)
    page = nina.get(f"/marks/{uid}/").text
    path = re.search(rf'href="(/marks/{uid}/numbers/[^"]+)"', page)[1]
    assert "Nobody looked it up" in nina.get(path).text
    assert send(nina, path, state="wrong-person", line="landline", shared="y").status_code == 303
    with Session(engine) as session:
        query = select(PatientTelecom).join(Patient, Patient.id == PatientTelecom.patient_id).where(Patient.uid == uid)
        telecom = session.scalars(query).one()
        assert (telecom.status, telecom.line, telecom.shared) == ("wrong-person", "landline", True)
    page = nina.get(f"/marks/{uid}/").text
    assert "Somebody else&#39;s" in page
    assert "Landline" in page
    assert "somebody else&#39;s" in nina.get(f"/patients/{uid}/").text
    assert nina.get(f"/marks/{uid}/numbers/{uuid.UUID(int=0)}").status_code == 404


def test_the_patients_page_leads_here(nina: FlaskClient, engine: Engine) -> None:
    uid = somebody(engine)
    assert f'href="/marks/{uid}/"' in nina.get(f"/patients/{uid}/").text


def test_only_who_may(app: Flask, nina: FlaskClient, engine: Engine) -> None:
    elsewhere = somebody(engine, None)
    assert nina.get(f"/marks/{elsewhere}/").status_code == 404
    carl = open_as(app, "carl")
    here = somebody(engine)
    assert carl.get(f"/marks/{here}/").status_code == 403
    assert carl.post(f"/marks/{here}/", data={}).status_code in (400, 403)
    assert app.test_client().get(f"/marks/{here}/").status_code in (302, 303)
    assert marks_of(engine, here) == []
