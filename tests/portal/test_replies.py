"""Answering with a saved reply, and texts for a clinic's site: each state of the page, who may, what strangers read."""

import re
import uuid
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from journeys.foundation.database import OWNER, connect
from journeys.store.configuration import VersionPin
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment
from journeys.store.organisation import Location
from journeys.store.people import Patient
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version
from journeys.store.tasks import Task, TaskQueue
from tests import make as a
from tests.portal.house import sign_in, token_of, works_at

HOURS = {"en": {"body": "Dear {{patient.given_name}}, we are open from 8 to 5."}}
SPANISH = {"es": {"body": "Abrimos de 8 a 17."}}
VISIT = {"en": {"body": "Your visit is on {{appointment.date}}."}}
PARKING = {"en": {"subject": "Where to park", "body": "Behind the <house>.\nIt is free.\n\nCome early."}}


@pytest.fixture
def engine(app: Flask) -> Iterator[Engine]:
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    yield engine
    engine.dispose()


@pytest.fixture
def patient(engine: Engine) -> str:
    """The address of the page of an English-speaking patient of Nina's branch."""
    place = works_at(engine, "nina", "Nina Haas", "replies")
    with Session(engine) as session, session.begin():
        branch = session.get_one(Location, place)
        row = a.person(session, sms=None, at=branch, name="Rita Reply", given_name="Rita", language="en")
        return f"/replies/{row.uid}/"


@pytest.fixture
def replies(engine: Engine) -> None:
    """One that can be said, one in another language, one about a visit."""
    with Session(engine) as session, session.begin():
        for slug, texts in (("hours", HOURS), ("horario", SPANISH), ("next-visit", VISIT)):
            a.template(session, slug, purpose="transactional", uses=["reply"], answers={}, texts=texts)


@pytest.fixture
def nina(app: Flask) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, "nina") == 303
    return client


def test_without_replies_the_page_says_how_one_is_made(
    app: Flask, engine: Engine, patient: str, nina: FlaskClient
) -> None:
    with Session(engine) as session, session.begin():
        a.template(session, "no-reply")
    page = nina.get(patient).text
    assert ("Answer Rita Reply" in page, "No message yet." in page) == (True, True)
    assert "no-reply" not in page


def test_a_reply_is_read_before_it_is_sent_and_goes_once(
    engine: Engine, patient: str, replies: None, nina: FlaskClient
) -> None:
    assert "Send this answer" not in nina.get(patient).text
    page = nina.get(f"{patient}?reply=hours").text
    assert "Dear Rita, we are open from 8 to 5." in page
    sent = dict(re.findall(r'name="(csrf_token|reply|version|delivery)"[^>]*value="([^"]+)"', page))
    for _ in range(2):
        answer = nina.post(f"{patient}send", data=sent)
        assert (answer.status_code, answer.location) == (303, patient)
    assert "Your answer goes as soon as the contact rules let it." in nina.get(patient).text
    with Session(engine) as session:
        waiting = session.scalars(select(Message).where(Message.priority == 90)).all()
        assert [str(each.uid) for each in waiting] == [sent["delivery"]]


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        ("horario", "It has no text in the patient's language."),
        ("next-visit", "It cannot be said to this patient"),
    ],
)
def test_what_cannot_be_said_cannot_be_sent(
    patient: str, replies: None, nina: FlaskClient, reply: str, says: str
) -> None:
    page = nina.get(f"{patient}?reply={reply}").text
    assert says in page
    assert "Send this answer" not in page


def test_what_changed_meanwhile_is_looked_at_again(patient: str, replies: None, nina: FlaskClient) -> None:
    token = token_of(nina.get(f"{patient}?reply=hours").text)
    for version in ("0", "x"):
        sent = {"csrf_token": token, "reply": "hours", "version": version, "delivery": "no-uuid"}
        assert nina.post(f"{patient}send", data=sent).location == f"{patient}?reply=hours"
        assert "The reply has changed since you looked at it." in nina.get(f"{patient}?reply=hours").text


def test_who_may_not_answer_sees_no_page(app: Flask, patient: str) -> None:
    carl = app.test_client()
    assert sign_in(carl, "carl") == 303
    assert carl.get(patient).status_code == 403
    assert carl.post(f"{patient}send").status_code in {400, 403}


def test_a_patient_of_another_branch_is_not_there(engine: Engine, nina: FlaskClient) -> None:
    with Session(engine) as session, session.begin():
        other = a.person(session, sms=None, at=a.branch(session, "replies-elsewhere"))
        address = f"/replies/{other.uid}/"
    assert nina.get(address).status_code == 404


def test_strangers_read_web_texts_and_nothing_else(app: Flask, engine: Engine, client: FlaskClient) -> None:
    with Session(engine) as session, session.begin():
        a.template(session, "parking", uses=["web"], texts=PARKING, answers={})
        a.template(session, "inside", texts=PARKING, answers={})
    found = client.get("/texts/parking.json?language=es")
    assert found.json["text"] == PARKING["en"]["body"]
    assert (found.json["language"], found.json["languages"], found.json["version"]) == ("en", ["en"], 1)
    piece = client.get("/texts/parking.html")
    assert "<p>Behind the &lt;house&gt;.<br>It is free.</p>\n<p>Come early.</p>" in piece.text
    for answer in (found, piece):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert "Set-Cookie" not in answer.headers
        again = client.get(
            answer.request.path, headers={"If-None-Match": answer.headers["ETag"]}, query_string="language=es"
        )
        assert again.status_code == 304
    for address in ("/texts/inside.json", "/texts/nothing.html"):
        missing = client.get(address)
        assert (missing.status_code, "Access-Control-Allow-Origin" in missing.headers) == (404, False)
        assert missing.headers["Cache-Control"] == "no-store"


def test_a_call_script_stands_beside_its_task(engine: Engine, patient: str, nina: FlaskClient) -> None:
    name = {"en": "Call back"}
    step = {"type": "task", "config": {"script": "call-script"}}
    with Session(engine) as session, session.begin():
        rita = session.scalars(select(Patient).where(Patient.uid == uuid.UUID(patient.split("/")[2]))).one()
        script = a.template(session, "call-script", uses=["call"], answers={}, texts=HOURS)
        draft = save_draft(session, a.an_act(), "journey", "call-back", name, {"steps": {"call": step}})
        version = write_version(session, a.an_act(), draft)
        session.add(VersionPin(version_id=version.id, kind="template", slug="call-script", pinned_version_id=script))
        place = {"patient_id": rita.id, "step": "call", "visit": 1}
        times = {"entered_at": a.NOON, "entered_by": "test:maker", "step_entered_at": a.NOON}
        of_version = {"version_id": version.id, "definition_id": version.definition_id, "lane": rita.id & 255}
        enrolled = a.added(session, Enrolment(**place, **times, **of_version))
        queue = a.added(session, TaskQueue(slug="call-desk", name=name))
        facts = {"queue_id": queue.id, "title": name, "outcomes": [], "created_at": a.NOON, "location_id": None}
        task = a.added(session, Task(enrolment_id=enrolled.id, **place, **facts))
        address = f"/today/{task.uid}/"
    page = nina.get(address).text
    assert "What to say on the phone" in page
    assert "Dear Rita, we are open from 8 to 5." in page
