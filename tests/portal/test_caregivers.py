"""People beside a patient, by staff: written down, allowed, taken back; nothing typed is lost; only who may does."""

import re
import uuid

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
from journeys.store.caregivers import Authority
from journeys.store.contact import Consent, Message
from journeys.store.organisation import Location
from journeys.store.people import Patient, PatientTelecom, RelatedPerson
from tests.make import NOON, an_act, consent, message, person, template
from tests.make import added as kept
from tests.portal.house import sign_in, token_of, works_at


@pytest.fixture
def here(engine: Engine) -> int:
    """A branch where Nina works, and nobody else does."""
    return works_at(engine, "nina", "Nina Haas", "caregivers")


def open_as(app: Flask, username: str) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, username) == 303
    return client


@pytest.fixture
def nina(app: Flask, here: int) -> FlaskClient:
    return open_as(app, "nina")


def somebody(engine: Engine, here: int | None) -> uuid.UUID:
    with Session(engine) as session, session.begin():
        return person(session, at=None if here is None else session.get_one(Location, here)).uid


def send(client: FlaskClient, path: str, to: str = "", **fields: object):
    """Send a form of a page."""
    return client.post(to or path, data={"csrf_token": token_of(client.get(path).text), **fields})


def added(client: FlaskClient, uid: uuid.UUID, **more: object) -> str:
    """Somebody written down; the address of their page."""
    answer = send(
        client, f"/caregivers/{uid}/", name="Mary Example", relationship="mother", authority="decides", **more
    )
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_somebody_is_written_down_allowed_and_shown_on_the_card(nina: FlaskClient, engine: Engine, here: int) -> None:
    uid = somebody(engine, here)
    assert "Nobody is written down." in nina.get(f"/patients/{uid}/").text
    path = added(nina, uid, phone="+12125550177")
    assert "\u2066+12125550177\u2069 (Usable)" in nina.get(path).text
    given = {"purposes": ["care", "transactional"], "content_level": "1", "source": "in-person"}
    refused = send(nina, path, f"{path}allow", **given, evidence=" ")
    assert refused.status_code == 422
    assert send(nina, path, f"{path}allow", **given, evidence="form of 3 March").status_code == 303
    assert "Appointments, Care" in nina.get(f"/caregivers/{uid}/").text
    card = nina.get(f"/patients/{uid}/").text
    assert "Mary Example" in card
    assert "May receive messages" in card
    withdraw = re.search(rf'action="(/caregivers/{uid}/withdraw/[^"]+)"', nina.get(path).text)[1]
    assert send(nina, path, withdraw).status_code == 303
    assert "May receive messages" not in nina.get(f"/patients/{uid}/").text
    assert "What they could receive before" in nina.get(path).text


def test_nothing_typed_is_lost(nina: FlaskClient, engine: Engine, here: int) -> None:
    uid = somebody(engine, here)
    answer = send(nina, f"/caregivers/{uid}/", name="Mary", relationship="mother", authority="none", phone="12")
    assert answer.status_code == 422
    assert 'value="mother"' in answer.text
    assert "Give a phone number with its country" in answer.text
    path = added(nina, uid)
    answer = send(nina, path, f"{path}allow", evidence="the form in the safe", content_level="0", source="phone")
    assert answer.status_code == 422
    assert "the form in the safe" in answer.text


def test_what_they_say_is_written_down_and_they_are_changed_and_ended(
    nina: FlaskClient, engine: Engine, here: int
) -> None:
    uid = somebody(engine, here)
    path = added(nina, uid)
    said = {"said-decision": "permit", "said-purpose": "care", "said-channel": "sms", "said-source": "phone"}
    assert send(nina, path, f"{path}say", **said).status_code == 303
    changed = {"name": "Mary Ann", "relationship": "aunt", "authority": "none", "time_zone": "Nowhere/Land"}
    assert send(nina, f"{path}change", **changed).status_code == 422
    assert send(nina, f"{path}change", **{**changed, "time_zone": "America/Denver"}).status_code == 303
    assert "Mary Ann" in nina.get(path).text
    assert send(nina, path, f"{path}end").status_code == 303
    assert "Mary Ann" not in nina.get(f"/patients/{uid}/").text
    with Session(engine) as session:
        mine = select(RelatedPerson).where(RelatedPerson.relationship == "aunt")
        [mary] = session.scalars(mine)
        rows = session.scalars(select(Consent).where(Consent.about_person_id == mary.id))
        assert [(row.decision, row.purpose, row.channel, row.source) for row in rows] == [
            ("permit", "care", "sms", "phone")
        ]
        assert mary.until_on is not None


def test_only_who_may(app: Flask, nina: FlaskClient, engine: Engine, here: int) -> None:
    mine, elsewhere = somebody(engine, here), somebody(engine, None)
    path = added(nina, mine)
    assert nina.get(f"/caregivers/{elsewhere}/").status_code == 404
    assert nina.get(f"/caregivers/{mine}/{uuid.UUID(int=0)}/").status_code == 404
    assert send(nina, path, f"/caregivers/{mine}/withdraw/{uuid.UUID(int=0)}").status_code == 404
    assert app.test_client().get(f"/caregivers/{mine}/").status_code in (302, 303)
    carl = open_as(app, "carl")
    assert carl.get(f"/caregivers/{mine}/").status_code == 403
    assert carl.post(f"/caregivers/{mine}/", data={}).status_code in (400, 403)


def written_to_her(engine: Engine, uid: uuid.UUID) -> int:
    """A message about a patient that a mother may receive and wants, and the patient cannot; sent."""
    with Session(engine) as session, session.begin():
        patient = session.scalars(select(Patient).where(Patient.uid == uid)).one()
        mother = kept(session, RelatedPerson(patient_id=patient.id, relationship="mother", name="Mary Example"))
        kept(
            session,
            PatientTelecom(patient_id=patient.id, related_person_id=mother.id, system="sms", value="+12125550177"),
        )
        granted = {"from_at": NOON, "source": "in-person", "recorded_by": "test", "evidence": "form"}
        kept(
            session,
            Authority(
                patient_id=patient.id, related_person_id=mother.id, purposes=["care"], content_level=0, **granted
            ),
        )
        consent(session, patient, about_person_id=mother.id)
        asked = {"goes_to": "patient-else-caregivers", "channels": ["sms"], "planned_at": NOON}
        number = message(session, patient, template(session, "to-caregivers"), **asked).id
        ensure_patient_zones(session, [number])
        enter(session, an_act())
        decide(session, an_act(), [number], rules_in_force(session, an_act()), EVERY_CHANNEL)
        row = session.get_one(Message, number, populate_existing=True)
        row.status, row.sent_at, row.body = "delivered", NOON, "Please call us."
    return number


def test_staff_see_who_got_a_message_for_the_patient_and_why(nina: FlaskClient, engine: Engine, here: int) -> None:
    uid = somebody(engine, here)
    number = written_to_her(engine, uid)
    why = nina.get(f"/messages/{number}/").text
    assert "to Mary Example (mother)" in why
    assert "To Mary Example, whose own number, consent, language and clock count: By" in why
    assert "it may go: no rule speaks against it." in why
    assert "to-caregivers, to Mary Example (mother)" in nina.get("/messages/").text
    page = nina.get(f"/written/{uid}/").text
    assert "For you we wrote to Mary Example (mother)" in page
    assert "Who got it agreed to it on" in page
    assert "You agreed to it" not in page
