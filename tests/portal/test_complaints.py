"""Complaints on the screen: taken, done step by step, never overwritten unseen; and harm, which only quality sees."""

import re
import uuid
from pathlib import Path

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from journeys.desk.complaints.policy import SLUG
from journeys.foundation.acting import EVERYWHERE, Act
from journeys.foundation.audit import AuditEntry
from journeys.foundation.database import OWNER, WORKER, connect
from journeys.store.complaints import Complaint
from journeys.store.contact import Message
from journeys.store.conversations import Conversation
from journeys.store.organisation import Location, Practitioner, PractitionerRole
from journeys.store.people import Patient
from journeys.store.tasks import Task, TaskQueue
from tests import make as a
from tests.portal.custom_house import a_worker, browser_of
from tests.portal.house import sign_in, token_of, works_at
from tests.portal.test_other_branches import South, addresses, visited
from tests.unit.flow.clinic import publish_plain

POLICY = Path(__file__).parents[2] / "seed/packs/complaints/settings/complaints.yaml"


@pytest.fixture(scope="module")
def engine(app: Flask) -> Engine:
    """As the owner; with a policy, a queue, and Ada as the quality role of Nina's branch."""
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    place = works_at(engine, "nina", "Nina Haas", "harbour")
    with Session(engine) as session, session.begin():
        session.add(TaskQueue(slug="messages", name={"en": "Messages"}))
        ada = a.added(session, Practitioner(username="ada", name="Ada Moreno"))
        session.add(PractitionerRole(practitioner_id=ada.id, code="quality", location_id=place))
    worker = connect(app.config["WAYMARK"].database_url, WORKER)
    with Session(worker) as session, session.begin():
        said = yaml.safe_load(POLICY.read_text("utf-8"))
        publish_plain(session, Act(a.NOON, "worker:test", EVERYWHERE), "setting", SLUG, said)
    worker.dispose()
    yield engine
    engine.dispose()


def browser(app: Flask, username: str) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, username) == 303
    return client


@pytest.fixture
def nina(app: Flask, engine: Engine) -> FlaskClient:
    return browser(app, "nina")


@pytest.fixture
def talk(engine: Engine, nina: FlaskClient) -> tuple[str, str, str]:
    """The uids of a patient who wrote, and of the conversation; and what they wrote."""
    with Session(engine) as session, session.begin():
        branch = session.scalars(select(Location).where(Location.slug == "harbour")).one()
        number = f"+1212555{uuid.uuid4().int % 9000 + 1000}"
        words = f"Is this normal {uuid.uuid4()}?"
        patient = a.person(session, sms=number, at=branch, name="Rita Reply", given_name="Rita")
        who, uid = patient.id, str(patient.uid)
    phone = f"/phone/{uid}/"
    sent = {"csrf_token": token_of(nina.get(phone).text), "text": words, "delivery": str(uuid.uuid4())}
    assert nina.post(f"{phone}answer", data=sent).status_code == 303
    with Session(engine) as session:
        return uid, str(session.scalar(select(Conversation.uid).where(Conversation.patient_id == who))), words


def send(client: FlaskClient, path: str, at: str, **fields: str):
    page = client.get(at).text
    version = re.search(r'name="row_version" value="(\d+)"', page)
    return client.post(
        path, data={"csrf_token": token_of(page), "row_version": version[1] if version else "", **fields}
    )


def take(client: FlaskClient, **fields: str) -> str:
    """The address of a complaint that was just taken, or of the list."""
    of = "&".join(f"{name}={fields.pop(name)}" for name in ("patient", "conversation") if name in fields)
    at = f"/complaints/take?{of}"
    answer = send(client, at, at, **{"reason": "waiting", "story": "An hour <i>late</i>", **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_complaint_goes_from_the_first_word_to_the_patients_word(
    nina: FlaskClient, talk: tuple[str, str, str]
) -> None:
    assert f"/complaints/take?conversation={talk[1]}" in nina.get(f"/inbox/{talk[1]}/").text
    at = take(nina, conversation=talk[1])
    shown = nina.get(at).text
    assert "An hour &lt;i&gt;late&lt;/i&gt;" in shown
    assert "Acknowledge" in nina.get("/complaints/").text
    early = send(nina, f"{at}settle", at, cause="process", remedy="apology", note="what I typed")
    assert early.status_code == 422
    assert "what I typed" in early.text
    assert send(nina, f"{at}acknowledge", at).status_code == 303
    assert send(nina, f"{at}contact", at, note="on the phone").status_code == 303
    assert send(nina, f"{at}settle", at, cause="process", remedy="apology").status_code == 303
    assert "ask them yourself" in nina.get(at).text
    assert send(nina, f"{at}close", at, outcome="confirmed").status_code == 303
    assert "The patient said that it is settled" in nina.get("/complaints/?box=closed").text
    assert "Apology" in nina.get("/complaints/report/").text
    assert send(nina, f"{at}reopen", at, note="called again").status_code == 303
    assert take(nina, conversation=talk[1]) == at


def test_who_acts_on_what_somebody_changed_is_told(nina: FlaskClient, talk: tuple[str, str, str]) -> None:
    at = take(nina, patient=talk[0])
    assert send(nina, f"{at}acknowledge", at, row_version="999").status_code == 303
    assert "Somebody else changed this complaint first" in nina.get(at).text
    assert nina.get("/complaints/take").status_code == 404
    assert send(nina, f"{at}nonsense", at).status_code == 404


def test_harm_is_seen_by_quality_alone_wherever_it_stands(
    app: Flask, engine: Engine, nina: FlaskClient, talk: tuple[str, str, str]
) -> None:
    ada = browser(app, "ada")
    seen = [f"/inbox/{talk[1]}/", f"/patients/{talk[0]}/", f"/patients/{talk[0]}/timeline", "/messages/", "/today/"]
    at = take(nina, conversation=talk[1])
    before = nina.get("/complaints/report/").text.count("Waiting time")
    assert talk[2] in nina.get(seen[0]).text
    answer = send(nina, f"{at}harm", at, note="bruised")
    assert (answer.status_code, answer.location) == (303, "/complaints/")
    assert nina.get(at).status_code == 404
    assert nina.get(seen[0]).status_code == 404
    for path in (*seen[1:], "/inbox/?box=everyone", "/complaints/"):
        assert talk[2] not in nina.get(path).text
        assert talk[1] not in nina.get(path).text
    assert nina.get("/complaints/report/").text.count("Waiting time") <= before
    assert send(nina, f"{at}acknowledge", "/complaints/").status_code == 404
    assert "An hour" in ada.get(at).text
    assert talk[2] in ada.get(seen[0]).text
    with Session(engine) as session:
        reads = select(AuditEntry.actor).where(AuditEntry.verb == "desk.read_complaints.read_complaint")
        assert "user:ada" in set(session.scalars(reads))


def test_harm_that_is_said_at_once_is_never_seen_by_whoever_took_it(
    app: Flask, nina: FlaskClient, talk: tuple[str, str, str]
) -> None:
    assert take(nina, patient=talk[0], reason="harm", story="burnt by the lamp") == "/complaints/"
    assert "You do not see it any more" in nina.get("/complaints/").text
    ada = browser(app, "ada")
    listed = re.findall(r"/complaints/[0-9a-f-]{36}/", ada.get("/complaints/").text)
    [told] = [page for page in (ada.get(each).text for each in listed) if "burnt by the lamp" in page]
    assert "Quality role only" in told


def harmful(engine: Engine, nina: FlaskClient, talk: tuple[str, str, str]) -> tuple[South, list[str]]:
    """What is withheld of a talk once somebody says that it may be harm: uids, numbers of messages, and words."""
    take(nina, conversation=talk[1], is_harm="y", story="The wrong knee was opened")
    with Session(engine) as session:
        who = session.scalar(select(Patient.id).where(Patient.uid == uuid.UUID(talk[0])))
        kinds = (Complaint, Conversation, Message, Task)
        rows = [row for kind in kinds for row in session.scalars(select(kind).where(kind.patient_id == who))]
        assert all(row.withheld for row in rows)
        uids = (talk[0], *(str(row.uid) for row in rows))
        return South(uids, tuple(row.id for row in rows if isinstance(row, Message))), ["wrong knee", talk[2]]


@pytest.mark.parametrize("role", ["staff", "consultant", "administrator"])
def test_no_address_of_the_portal_shows_harm_to_whom_quality_is_not(
    app: Flask, engine: Engine, nina: FlaskClient, talk: tuple[str, str, str], role: str
) -> None:
    theirs, words = harmful(engine, nina, talk)
    a_worker(app, f"everywhere-{role}", role)
    client = browser_of(app, f"everywhere-{role}")
    seen = 0
    for rule in visited(app, "GET"):
        for address in addresses(rule, theirs):
            answer = client.get(address)
            seen += 1
            assert answer.status_code < 500, address
            for each in words:
                assert each not in answer.get_data(as_text=True), (address, each)
    assert seen > 100
    at = f"/complaints/{theirs.uids[1]}/"
    assert (client.get(at).status_code, words[0] in browser(app, "ada").get(at).text) in {(404, True), (403, True)}
