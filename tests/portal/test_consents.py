"""Consents: what holds now and held on a past day, and what staff write down; nothing typed is lost."""

import datetime as dt
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from journeys.store.contact import Consent
from journeys.store.organisation import Location
from journeys.store.people import RelatedPerson
from tests.make import consent, person
from tests.portal.house import sign_in, token_of, works_at

DAY = dt.timedelta(days=1)


@pytest.fixture
def here(engine: Engine) -> int:
    """A branch where Nina works, and nobody else does."""
    return works_at(engine, "nina", "Nina Haas", "consents")


@pytest.fixture
def nina(app: Flask, here: int) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, "nina") == 303
    return client


def somebody(engine: Engine, here: int | None) -> tuple[int, uuid.UUID]:
    """A patient of the branch who agreed to care by text message a year ago, and refused it ten days ago."""
    now = dt.datetime.now(dt.UTC)
    with Session(engine) as session, session.begin():
        patient = person(session, at=None if here is None else session.get_one(Location, here))
        consent(session, patient, channel="sms", from_at=now - 365 * DAY)
        consent(session, patient, "deny", channel="sms", from_at=now - 10 * DAY, evidence="said so at the desk")
        return patient.id, patient.uid


def said(engine: Engine, patient_id: int) -> list[tuple]:
    with Session(engine) as session:
        query = select(Consent).where(Consent.patient_id == patient_id, Consent.recorded_by == "user:nina")
        rows = session.scalars(query.order_by(Consent.id)).all()
        return [(row.decision, row.purpose, row.channel, row.source, row.evidence) for row in rows]


def say(client: FlaskClient, uid: uuid.UUID, **fields: str):
    """Write a statement down."""
    path = f"/consents/{uid}/"
    return client.post(f"{path}statements", data={"csrf_token": token_of(client.get(path).text), **fields})


def verdict(page: str, about: str, channel: str) -> str:
    """The row of the first table for this purpose and channel."""
    rows = page.split("</caption>", 1)[1].split("</table>", 1)[0].split("<tr")
    [row] = [row for row in rows if f">{about}<" in row and f">{channel}<" in row]
    return row


def test_what_holds_now_and_what_held_before(nina: FlaskClient, engine: Engine, here: int) -> None:
    _, uid = somebody(engine, here)
    now = nina.get(f"/consents/{uid}/").text
    assert "No" in verdict(now, "Care", "Text message")
    assert "Yes, needs no permission" in verdict(now, "Appointments", "E-mail")
    assert "No, never asked" in verdict(now, "Promotion", "E-mail")
    assert "said so at the desk" in now
    then = nina.get(f"/consents/{uid}/?on={(dt.datetime.now(dt.UTC) - 20 * DAY).date()}").text
    assert "Yes" in verdict(then, "Care", "Text message")
    assert "Choose a day." in nina.get(f"/consents/{uid}/?on=tomorrow").text


def test_what_the_patient_says_is_added_and_holds_at_once(nina: FlaskClient, engine: Engine, here: int) -> None:
    patient_id, uid = somebody(engine, here)
    path = f"/consents/{uid}/"
    fields = {"decision": "permit", "purpose": "care", "channel": "sms", "source": "phone", "evidence": "called back"}
    answer = say(nina, uid, **fields)
    assert answer.status_code == 303
    assert "Yes" in verdict(nina.get(path).text, "Care", "Text message")
    fields = {"decision": "deny", "purpose": "", "channel": "", "source": "letter"}
    assert say(nina, uid, **fields).status_code == 303
    assert "No" in verdict(nina.get(path).text, "Appointments", "E-mail")
    assert said(engine, patient_id) == [
        ("permit", "care", "sms", "phone", "called back"),
        ("deny", None, None, "letter", None),
    ]


def test_a_day_that_is_over_is_refused_and_what_was_typed_stays(nina: FlaskClient, engine: Engine, here: int) -> None:
    patient_id, uid = somebody(engine, here)
    fields = {"decision": "permit", "purpose": "care", "source": "form", "evidence": "kept words"}
    fields["until"] = "2020-01-01"
    answer = say(nina, uid, **fields)
    assert answer.status_code == 422
    assert "A consent ends after it begins" in answer.text
    assert "kept words" in answer.text
    assert said(engine, patient_id) == []


def test_nobody_of_another_branch_sees_it_and_consultants_do_not_either(
    app: Flask, nina: FlaskClient, engine: Engine, here: int
) -> None:
    _, elsewhere = somebody(engine, None)
    assert nina.get(f"/consents/{elsewhere}/").status_code == 404
    _, uid = somebody(engine, here)
    carl = app.test_client()
    sign_in(carl, "carl")
    assert carl.get(f"/consents/{uid}/").status_code == 403


def test_a_guardian_speaks_for_the_patient_and_a_neighbour_does_not(
    nina: FlaskClient, engine: Engine, here: int
) -> None:
    patient_id, uid = somebody(engine, here)
    with Session(engine) as session, session.begin():
        mother = RelatedPerson(patient_id=patient_id, authority="decides", relationship="mother", name="Mary Example")
        neighbour = RelatedPerson(patient_id=patient_id, relationship="neighbour", name="Nell Example")
        session.add_all((mother, neighbour))
        session.flush()
        decides, does_not = str(mother.id), str(neighbour.id)
    given = {
        "decision": "permit",
        "purpose": "care",
        "channel": "sms",
        "source": "in-person",
        "evidence": "at the desk",
    }
    refused = say(nina, uid, **given, said_by=does_not)
    assert refused.status_code == 422
    assert "This person may not decide for the patient" in refused.text
    assert "at the desk" in refused.text
    assert say(nina, uid, **given, said_by="999999").status_code == 422
    assert say(nina, uid, **given, said_by=decides).status_code == 303
    assert "Mary Example (mother)" in nina.get(f"/consents/{uid}/").text.split("Everything that was said")[-1]
