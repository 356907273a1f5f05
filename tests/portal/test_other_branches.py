"""Somebody of another branch: whoever works in the north alone reaches nothing of theirs, by no page and by no door.

Every address of the portal is walked by each role, with the true uids and numbers of a patient of the south in it.
"""

import datetime as dt
import re
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from journeys.contact.replies.phone import CHANNEL
from journeys.foundation import secrets
from journeys.foundation.database import OWNER, connect
from journeys.store.access import Appointment
from journeys.store.caregivers import Authority
from journeys.store.contact_marks import ContactMark
from journeys.store.enrolments import Enrolment, SegmentMember
from journeys.store.people import RelatedPerson
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version
from journeys.store.tasks import Task, TaskQueue
from tests.make import NOON, added, an_act, branch, consent, message, person, telecom
from tests.portal.custom_house import a_worker, browser_of
from tests.portal.house import token_of

NAME = "Zebulon"
NUMBER = "2125559987"
WORDS = "tomography"
SEGMENT = {"format": 1, "name": {"en": "South"}, "rule": {"all": [{"field": "age", "is": "at_least", "value": 18}]}}
JOURNEY = {
    "format": 1,
    "name": {"en": "South"},
    "start": "end",
    "entry": {"chosen": True},
    "steps": {"end": {"type": "end", "name": {"en": "End"}}},
}
ROLES = ("staff", "consultant", "administrator")
THEIRS = (
    "appointment",
    "authority",
    "consent",
    "contact_mark",
    "enrolment",
    "message",
    "patient",
    "patient_telecom",
    "related_person",
    "task",
)
"""Tables whose rows must be the same afterwards."""


@dataclass(frozen=True)
class South:
    """What is known of the patient: uids that may stand in an address, and numbers of their messages."""

    uids: tuple[str, ...]
    numbers: tuple[int, ...]


@pytest.fixture(scope="module")
def south(app: Flask) -> South:
    """A patient of the south with everything that a patient may have; one worker of the north for each role."""
    for role in ROLES:
        a_worker(app, f"north-{role}", role, f"north-{role}")
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    with Session(engine) as session, session.begin():
        found = everything(session)
    engine.dispose()
    return found


def everything(session: Session) -> South:
    """Write all of it, as the database's owner."""
    place = branch(session, "south-alone")
    patient = person(session, None, at=place, name=f"{NAME} Nakamura", given_name=NAME)
    phone = telecom(session, patient, "sms", f"+1{NUMBER}")
    consent(session, patient)
    queue = added(session, TaskQueue(slug="south", name={"en": "South"}, location_id=place.id))
    task = added(
        session,
        Task(
            patient_id=patient.id,
            queue_id=queue.id,
            location_id=place.id,
            title={"en": f"Call {NAME}"},
            outcomes=[],
            created_at=NOON,
            due_at=NOON,
        ),
    )
    visit = added(session, Appointment(patient_id=patient.id, status="booked", start_at=NOON, location_id=place.id))
    mark = added(
        session,
        ContactMark(patient_id=patient.id, kind="objection", from_at=NOON, source="staff", recorded_by="test:maker"),
    )
    mother = added(session, RelatedPerson(patient_id=patient.id, name=f"{NAME} mother"))
    allowed = {"from_at": NOON, "source": "in-person", "recorded_by": "test:maker"}
    allowance = added(
        session,
        Authority(patient_id=patient.id, related_person_id=mother.id, purposes=["care"], content_level=0, **allowed),
    )
    written = message(session, patient, None, channel=CHANNEL, status="delivered", sent_at=NOON)
    written.body_sealed = secrets.seal(WORDS, "message", "body_sealed", written.uid)
    journeys(session, patient.id)
    rows = (patient, phone, task, visit, mark, mother, allowance, written)
    return South(tuple(str(row.uid) for row in rows), (written.id,))


def journeys(session: Session, patient_id: int) -> None:
    """A segment and a journey in which they are."""
    segment = save_draft(session, an_act(), "segment", "south-members", {"en": "South"}, SEGMENT)
    write_version(session, an_act(), segment)
    journey = save_draft(session, an_act(), "journey", "south-walk", {"en": "South"}, JOURNEY)
    version = write_version(session, an_act(), journey)
    session.add(SegmentMember(segment_id=segment.id, patient_id=patient_id, entered_at=NOON - dt.timedelta(days=1)))
    facts = {"definition_id": journey.id, "version_id": version.id, "patient_id": patient_id}
    stands = {"lane": patient_id & 255, "step": "end", "entered_at": NOON, "step_entered_at": NOON}
    session.add(Enrolment(**facts, **stands, entered_by="test"))
    session.flush()


def addresses(rule: Rule, south: South) -> list[str]:
    """The addresses of a rule with everything of theirs in its places, and the names of what is no one's."""
    found = [rule.rule]
    for place in re.findall(r"<[^>]+>", rule.rule):
        found = [address.replace(place, value) for address in found for value in values(place, south)]
    return found


def values(place: str, south: South) -> list[str]:
    """What may stand in one place of an address."""
    if place.startswith("<any("):
        return re.findall(r"\w+", place.partition("(")[2].partition(")")[0])
    if "uid" in place or place in {"<uuid:mark>", "<uuid:number>", "<uuid:person>", "<uuid:allowance>"}:
        return list(south.uids)
    if place.startswith("<int:"):
        return [str(number) for number in south.numbers]
    return ["south-members", "south-walk"]


def names_them(rule: Rule) -> bool:
    """Whether an address names a patient or something of theirs."""
    return "<uuid:" in rule.rule or "<int:" in rule.rule


def sums(connection: Connection) -> list[str | None]:
    """What stands in the tables of patients."""
    rows = "SELECT md5(string_agg(each::text, '|' ORDER BY id)) FROM"
    return [connection.scalar(text(f"{rows} {name} each")) for name in THEIRS]


def visited(app: Flask, method: str) -> list[Rule]:
    """The addresses that the portal answers by a method, without files, the sign-out and the page that fails."""
    left_out = ("/static/", "/sign-out", "/health", "/users/", "/styleguide/")
    return [
        rule
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or ()) and not rule.rule.startswith(left_out)
    ]


@pytest.mark.parametrize("role", ROLES)
def test_nothing_of_theirs_is_shown(app: Flask, south: South, role: str) -> None:
    client = browser_of(app, f"north-{role}")
    seen = 0
    for rule in visited(app, "GET"):
        for address in addresses(rule, south):
            answer = client.get(address)
            seen += 1
            told = answer.get_data(as_text=True)
            for canary in (NAME, NUMBER, WORDS):
                assert canary not in told, (address, canary)
            assert answer.status_code < 500, address
            if names_them(rule):
                # 401: a door for systems, at which being signed in counts for nothing
                assert answer.status_code in {302, 303, 401, 403, 404}, (address, answer.status_code)
    assert seen > 100


@pytest.mark.parametrize("role", ROLES)
def test_nothing_of_theirs_is_changed(app: Flask, engine: Engine, south: South, role: str) -> None:
    client = browser_of(app, f"north-{role}")
    token = token_of(client.get("/patients/" if role == "staff" else "/segments/").text)
    with engine.connect() as connection:
        before = sums(connection)
    for rule in visited(app, "POST"):
        if names_them(rule):
            for address in addresses(rule, south):
                sent(client, address, token)
    with engine.connect() as connection:
        assert sums(connection) == before


def sent(client: FlaskClient, address: str, token: str) -> None:
    """Send what forms of this house send, right enough to be done where it may be."""
    form = {"csrf_token": token, "text": "x", "outcome": "done", "kind": "objection", "decision": "deny", "answer": "1"}
    answer = client.post(address, data=form)
    assert answer.status_code in {302, 303, 403, 404, 405, 400, 401, 415}, (address, answer.status_code)
    assert NAME not in answer.get_data(as_text=True), address


def test_a_search_does_not_find_them(app: Flask, south: South) -> None:
    client = browser_of(app, "north-staff")
    token = token_of(client.get("/patients/").text)
    for words in (NAME, f"+1{NUMBER}", NUMBER):
        form = {"csrf_token": token, "text": words, "born": ""}
        page = client.post("/patients/", data=form, follow_redirects=True).text
        assert "Nobody found" in page
        assert "Nakamura" not in page
