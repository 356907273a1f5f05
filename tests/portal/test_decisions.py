"""Why a message was sent or not, in sentences, in both languages; of other branches nothing is told."""

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from journeys.contact.deciding.ladder import EVERY_CHANNEL
from journeys.contact.deciding.patient_zones import ensure_patient_zones
from journeys.contact.deciding.plan import decide
from journeys.contact.deciding.rule_set import rules_in_force
from journeys.foundation.acting import enter
from journeys.foundation.database import OWNER, connect
from journeys.store.contact import Message
from journeys.store.organisation import Location, Practitioner, PractitionerRole
from journeys.store.people import Patient
from tests.make import NOON, added, an_act, branch, consent, message, person, template
from tests.portal.house import sign_in


@pytest.fixture
def engine(app: Flask) -> Iterator[Engine]:
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    yield engine
    engine.dispose()


@pytest.fixture
def nina(app: Flask) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, "nina") == 303
    return client


def a_branch(session: Session, slug: str) -> Location:
    """A branch where Nina works."""
    known = session.scalar(select(Location).where(Location.slug == slug))
    if known is not None:
        return known
    place = branch(session, slug)
    nina = session.scalar(select(Practitioner).where(Practitioner.username == "nina"))
    nina = nina or added(session, Practitioner(username="nina", name="Nina Haas"))
    session.add(PractitionerRole(practitioner_id=nina.id, code="nurse", location_id=place.id))
    return place


def decided(engine: Engine, decision: str = "deny", slug: str | None = "decisions") -> int:
    """A message to somebody who refused everything, decided at NOON."""
    with Session(engine) as session, session.begin():
        patient = person(session, at=None if slug is None else a_branch(session, slug))
        consent(session, patient, decision, purpose=None)
        version = template(session, "decisions-text")
        number = message(session, patient, version, channels=["sms"]).id
        ensure_patient_zones(session, [number])
        enter(session, an_act())
        decide(session, an_act(), [number], rules_in_force(session, an_act()), EVERY_CHANNEL)
    return number


def test_a_refusal_in_words_with_fact_day_rule_and_remedy(nina: FlaskClient, engine: Engine) -> None:
    number = decided(engine)
    page = nina.get(f"/messages/{number}/")
    assert page.status_code == 200
    for words in (
        "it is held",
        "The patient does not want any messages.",
        "What the patient said: Refuses",
        "Said on: 3 Mar 2025",
        "Rule: Refusals (47 CFR 64.1200(a)(10)",
        "What would let it go: Only the patient can change this, by giving consent again.",
    ):
        assert words in page.text
    assert f'href="/messages/{number}/"' in nina.get("/messages/").text


def test_the_patients_page_says_why_and_no_code(nina: FlaskClient, engine: Engine) -> None:
    number = decided(engine)
    with Session(engine) as session:
        uid = session.scalar(
            select(Patient.uid).join(Message, Message.patient_id == Patient.id).where(Message.id == number)
        )
        [code] = session.scalars(select(Message.reasons).where(Message.id == number)).one()
    page = nina.get(f"/patients/{uid}/").text
    assert "The patient does not want any messages." in page
    assert code not in page


def test_the_same_in_spanish(nina: FlaskClient, engine: Engine) -> None:
    number = decided(engine)
    page = nina.get(f"/messages/{number}/", headers={"Accept-Language": "es"}).text
    assert "El paciente" in page
    for english in ("On record", "Rule:", "it is held", "Said on", "What would let it go"):
        assert english not in page


def test_what_nobody_decided_yet_says_so(nina: FlaskClient, engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        patient = person(session, at=a_branch(session, "decisions"))
        later = NOON + dt.timedelta(days=36500)
        number = message(session, patient, None, not_before=later, body="Hello").id
    assert "Nothing was decided about it yet" in nina.get(f"/messages/{number}/").text


def test_what_holds_it_besides_is_told(nina: FlaskClient, engine: Engine) -> None:
    number = decided(engine)
    with Session(engine) as session, session.begin():
        session.get_one(Message, number).reasons = ["SANDBOX"]
    assert "The channel is being tried out" in nina.get(f"/messages/{number}/").text


def test_of_another_branch_nothing_is_told(nina: FlaskClient, engine: Engine) -> None:
    number = decided(engine, slug=None)
    assert nina.get(f"/messages/{number}/").status_code == 404
    assert nina.get("/messages/999999999/").status_code == 404
