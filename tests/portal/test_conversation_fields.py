"""Fields of conversations on pages and in the API: found by the timeline, asked as their rule says, changed, shown."""

import re
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from journeys.foundation.database import OWNER, connect
from journeys.store.plans import Request
from tests.make import NOON, person
from tests.portal.custom_house import STAFF, a_worker, browser_of, put_in_force
from tests.portal.house import token_of

MOODS = [{"code": "calm", "name": {"en": "Calm"}}, {"code": "angry", "name": {"en": "Angry"}}]
ABOUT_RESULTS = {"field": "focus", "of": {"attribute": "kind"}, "is": "is", "value": "result"}
IS_ANGRY = {"field": "focus", "of": {"attribute": "custom.c-mood"}, "is": "is", "value": "angry"}


@pytest.fixture(scope="module")
def clinic(app: Flask) -> Flask:
    """Three fields of conversations in force, one of patients; Tom works everywhere as staff."""
    a_worker(app, "tom", "staff")
    about = {"on": "conversation"}
    put_in_force(app, "c-mood", name="Mood of it", type="choice", choices=MOODS, default="calm", **about)
    put_in_force(app, "c-result", name="Which result", most_characters=30, visible_when=ABOUT_RESULTS, **about)
    put_in_force(app, "c-soothed", name="Soothed", type="yes-no", visible_when=IS_ANGRY, see=STAFF, **about)
    put_in_force(app, "c-of-patient", name="Of the patient", type="yes-no")
    return app


@pytest.fixture
def tom(clinic: Flask) -> FlaskClient:
    return browser_of(clinic, "tom")


@pytest.fixture
def asked(clinic: Flask) -> tuple[uuid.UUID, uuid.UUID]:
    """The uids of a patient and of what the patient asked for."""
    engine = connect(clinic.config["WAYMARK"].database_url, OWNER)
    with Session(engine) as session, session.begin():
        patient = person(session, None, name="Cora Vale")
        request = Request(patient_id=patient.id, kind="result", status="active", received_at=NOON)
        session.add(request)
        session.flush()
        uids = (patient.uid, request.uid)
    engine.dispose()
    return uids


def page_of(uid: uuid.UUID, part: str = "") -> str:
    return f"/values/conversation/{uid}/{part}"


def test_the_timeline_leads_to_them_and_the_form_follows_what_is_typed(
    tom: FlaskClient, asked: tuple[uuid.UUID, uuid.UUID]
) -> None:
    patient, conversation = asked
    assert page_of(conversation) in tom.get(f"/patients/{patient}/").text
    page = tom.get(page_of(conversation, "edit")).text
    assert "Which result" in page and "Soothed" not in page and "Of the patient" not in page
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    typed = {"csrf_token": token_of(page), "seen": seen[1], "asked": re.findall(r'name="asked" value="([^"]+)"', page)}
    typed |= {"field-c-mood": "angry", "field-c-result": "the blood one"}
    drawn = tom.post(page_of(conversation, "edit"), data={**typed, "change-rule": "redraw"}).text
    assert "Soothed" in drawn and "the blood one" in drawn
    assert tom.post(page_of(conversation, "edit"), data={**typed, "field-c-soothed": "yes"}).status_code == 303
    shown = tom.get(page_of(conversation)).text
    assert "Angry" in shown and "the blood one" in shown
    assert "Angry" in tom.get(page_of(conversation, "history/c-mood")).text


def test_the_api_reads_and_changes_them(tom: FlaskClient, asked: tuple[uuid.UUID, uuid.UUID]) -> None:
    address = f"/api/v1/conversations/{asked[1]}/fields"
    first = tom.get(address)
    assert first.json == {}
    token = tom.get("/api/v1/session").json["token"]
    headers = {"X-CSRFToken": token, "If-Match": first.headers["ETag"]}
    changed = tom.patch(address, json={"c-mood": "angry", "c-soothed": False}, headers=headers)
    assert changed.json == {"c-mood": "angry", "c-soothed": False}
    wrong = tom.patch(address, json={"c-mood": "sad"}, headers={**headers, "If-Match": changed.headers["ETag"]})
    assert wrong.status_code == 422
    strange = tom.patch(address, json={"c-of-patient": True}, headers={**headers, "If-Match": changed.headers["ETag"]})
    assert strange.status_code == 422
    document = tom.get("/api/v1/openapi.json").json
    assert "/conversations/{uid}/fields" in "".join(document["paths"])
    assert "c-mood" in document["components"]["schemas"]["conversation-fields"]["properties"]
    assert "c-mood" not in document["components"]["schemas"]["patient-fields"]["properties"]


def test_lists_of_patients_do_not_offer_them(tom: FlaskClient) -> None:
    page = tom.get("/patient-columns/").text
    assert "Of the patient" in page
    assert "Mood of it" not in page
    assert "does not have" in tom.get("/patients/?custom.c-mood=angry").text
