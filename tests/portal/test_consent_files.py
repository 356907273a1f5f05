"""Administrators bring a table of consents, see what becomes of each line, and write it down; everybody's consents."""

import io
import re
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from journeys.foundation.tokens import identifier_token
from journeys.store.contact import Consent
from journeys.store.organisation import Location
from journeys.store.people import Patient, PatientToken
from tests.make import person
from tests.portal.house import token_of, works_at
from tests.portal.test_journey_review import browser

HEAD = "patient,decision,purpose,channel,from,source,wording\n"


@pytest.fixture
def here(engine: Engine) -> int:
    """A branch where Ada works."""
    return works_at(engine, "ada", "Ada Moreno", "consent-files")


@pytest.fixture
def ada(app: Flask, here: int) -> FlaskClient:
    return browser(app, "ada")


@pytest.fixture
def mrn(engine: Engine, here: int) -> str:
    """The record number of a patient of the branch."""
    number = f"MRN{uuid.uuid4().int % 10**9}"
    numbered(engine, here, number)
    return number


def numbered(engine: Engine, here: int | None, number: str) -> None:
    with Session(engine) as session, session.begin():
        place = None if here is None else session.get_one(Location, here)
        patient = person(session, sms=None, at=place, name="Tabea File", given_name="Tabea")
        kind, token = identifier_token(number)
        session.add(PatientToken(kind=kind, token=token, patient_id=patient.id))


def bring(client: FlaskClient, *rows: str, head: str = HEAD) -> str:
    page = client.get("/consents/import").text
    data = {"csrf_token": token_of(page), "file": (io.BytesIO((head + "\n".join(rows)).encode()), "consents.csv")}
    return client.post("/consents/import", data=data).text


def save(client: FlaskClient, page: str, carried: str | None = None) -> str:
    found = re.search(r'name="carried" value="([^"]+)"', page)
    assert found
    data = {"csrf_token": token_of(page), "carried": carried or found[1], "save": "1"}
    return client.post("/consents/import", data=data, follow_redirects=True).text


def kept(engine: Engine, number: str) -> int:
    """How many statements the patient of this number has."""
    with Session(engine) as session:
        owner = select(PatientToken.patient_id).where(PatientToken.token == identifier_token(number)[1])
        return session.scalar(select(func.count()).select_from(Consent).where(Consent.patient_id.in_(owner))) or 0


def test_it_is_looked_at_then_written_down_once(ada: FlaskClient, engine: Engine, mrn: str) -> None:
    rows = (f"{mrn},yes,care,sms,2026-01-05,form,Form 12", f"{mrn}-x,no,,,2026-01-05,,")
    page = bring(ada, *rows)
    assert "Tabea File" in page
    assert "Form 12" in page
    assert "no such patient" in page
    assert kept(engine, mrn) == 0
    done = save(ada, page)
    assert "1 statement is written down." in done
    assert "1 line was left out." in done
    again = bring(ada, *rows)
    assert "Known already" in again
    assert 'name="save"' not in again
    assert kept(engine, mrn) == 1


def test_what_was_changed_on_the_way_is_refused(ada: FlaskClient, engine: Engine, mrn: str) -> None:
    page = bring(ada, f"{mrn},yes,care,sms,2026-01-05,form,")
    assert "Choose a file." in save(ada, page, "aGVsbG8=.forged")
    assert kept(engine, mrn) == 0


def test_what_is_no_table_is_said_at_the_file(ada: FlaskClient) -> None:
    assert "The column patient is missing" in bring(ada, "x,y", head="a,b\n")
    assert (
        "Choose a file."
        in ada.post("/consents/import", data={"csrf_token": token_of(ada.get("/consents/import").text)}).text
    )


def test_a_patient_of_another_branch_is_not_there(ada: FlaskClient, engine: Engine) -> None:
    number = f"FAR{uuid.uuid4().int % 10**9}"
    numbered(engine, None, number)
    page = bring(ada, f"{number},yes,care,sms,2026-01-05,form,")
    assert "no such patient" in page
    assert "Tabea File" not in page


def test_only_administrators_import(app: Flask) -> None:
    nina = browser(app, "nina")
    assert nina.get("/consents/import").status_code == 403
    token = token_of(nina.get("/account/").text)
    assert nina.post("/consents/import", data={"csrf_token": token}).status_code == 403
    assert "Import consents" not in nina.get("/consents/").text


def test_everybody_is_asked_about_a_past_day(ada: FlaskClient, mrn: str) -> None:
    save(ada, bring(ada, f"{mrn},yes,experience,email,2026-01-05,form,"))
    about = "/consents/?purpose=experience&channel=email&verdict=permit"
    assert "Tabea File" in ada.get(about).text
    assert "Tabea File" not in ada.get(f"{about}&on=2026-01-04").text
    assert "Tabea File" in ada.get(f"{about}&on=2026-01-05").text
    assert ada.get("/consents/?purpose=x&channel=y&on=z&after=~").status_code == 200


def test_everything_is_stopped_with_one_button(ada: FlaskClient, engine: Engine, mrn: str) -> None:
    with Session(engine) as session:
        token = identifier_token(mrn)[1]
        owner = select(PatientToken.patient_id).where(PatientToken.token == token)
        uid = session.scalars(select(Patient.uid).where(Patient.id.in_(owner))).one()
    page = ada.get(f"/consents/{uid}/").text
    assert "Stop everything" in page
    ada.post(f"/consents/{uid}/stop", data={"csrf_token": token_of(page)})
    with Session(engine) as session:
        said = session.scalars(select(Consent).join(Patient).where(Patient.uid == uid)).one()
        assert (said.decision, said.purpose, said.channel) == ("deny", None, None)
