"""Files that came with a patient's message: on the timeline, opened by who may see the patient, refused in words."""

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from journeys.contact.channels.base import Attached
from journeys.contact.inbound import files
from journeys.foundation.database import OWNER, connect
from journeys.store.organisation import Location, Practitioner, PractitionerRole
from tests.make import added, branch, message, person, telecom
from tests.portal.house import sign_in

CAME = (
    Attached("tarjeta mañana.png", "image/png", 5, None, b"hello"),
    Attached("card.exe", "application/x-msdownload", 2, "kind"),
)


@pytest.fixture
def engine(app: Flask) -> Iterator[Engine]:
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    yield engine
    engine.dispose()


def came(engine: Engine, slug: str):
    """A patient of a branch of their own, whose e-mail address is dead, and their message with two files."""
    now = dt.datetime.now(dt.UTC)
    with Session(engine) as session, session.begin():
        place = branch(session, slug)
        patient = person(session, at=place, sms=None)
        telecom(
            session,
            patient,
            "email",
            f"{slug}@example.org",
            status="bounced",
            status_at=now,
            status_why="bounced 5.1.1",
        )
        facts = {"direction": "inbound", "status": "received", "channel": "email", "planned_at": now, "body": "My card"}
        row = message(session, patient, None, **facts, files=files.listed(CAME), contents=files.contents(CAME))
        return patient.uid, row.id, place.id


def works_at(engine: Engine, place: int) -> None:
    """Nina works there."""
    with Session(engine) as session, session.begin():
        nina = session.scalar(select(Practitioner).where(Practitioner.username == "nina"))
        nina = nina or added(session, Practitioner(username="nina", name="Nina Haas"))
        session.add(
            PractitionerRole(practitioner_id=nina.id, code="nurse", location_id=session.get_one(Location, place).id)
        )


def test_a_file_is_listed_and_opened_and_a_refused_one_says_why(app: Flask, engine: Engine) -> None:
    patient, number, place = came(engine, "files-mine")
    works_at(engine, place)
    client = app.test_client()
    assert sign_in(client, "nina") == 303
    page = client.get(f"/patients/{patient}/").text
    assert f'href="/messages/{number}/files/0"' in page
    assert "tarjeta mañana.png" in page
    assert "not kept, because it may hold a program" in page
    assert "(bounced 5.1.1)" in page
    opened = client.get(f"/messages/{number}/files/0")
    assert (opened.status_code, opened.data, opened.mimetype) == (200, b"hello", "application/octet-stream")
    assert opened.headers["Content-Disposition"].startswith("attachment;")
    assert client.get(f"/messages/{number}/files/1").status_code == 404
    assert client.get(f"/messages/{number}/files/7").status_code == 404


def test_a_file_of_another_branch_is_not_there(app: Flask, engine: Engine) -> None:
    _, number, _ = came(engine, "files-others")
    client = app.test_client()
    assert sign_in(client, "nina") == 303
    assert client.get(f"/messages/{number}/files/0").status_code == 404
