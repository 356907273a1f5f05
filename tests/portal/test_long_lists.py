"""Lists that grow with the patients: members of segments, phones, journeys. Their counts stop at a cap, and what they
ask the database does not depend on how much there is."""

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.setup import Person, add_people
from journeys.contact.replies.phone import CHANNEL
from journeys.foundation.database import OWNER, connect
from journeys.store.enrolments import Enrolment, SegmentMember
from journeys.store.lists import keyset
from journeys.store.organisation import Practitioner, PractitionerRole
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version
from tests.make import NOON, added, an_act, message, person
from tests.portal.house import PASSWORD, sign_in
from tests.portal.test_base_models import count_statements

PATIENTS = 30
SEGMENT = {"format": 1, "name": {"en": "Long"}, "rule": {"all": [{"field": "age", "is": "at_least", "value": 18}]}}
END = {"type": "end", "name": {"en": "End"}}
JOURNEY = {"format": 1, "name": {"en": "Long"}, "start": "end", "steps": {"end": END}}


@pytest.fixture(scope="module")
def many(app: Flask) -> str:
    """Thirty patients: twenty-eight in a segment, two who left it, one of whom came back; each in a journey, each with
    two messages on the phone. Greta works everywhere."""
    settings = app.config["WAYMARK"]
    add_people(settings, [Person("greta", "Greta", "Lind", "greta@waymark.test", "consultant", PASSWORD)])
    engine = connect(settings.database_url, OWNER)
    with Session(engine) as session, session.begin():
        greta = added(session, Practitioner(username="greta", name="Greta Lind"))
        session.add(PractitionerRole(practitioner_id=greta.id, code="every-branch"))
        segment = save_draft(session, an_act(), "segment", "long-list", {"en": "Long"}, SEGMENT)
        write_version(session, an_act(), segment)
        journey = save_draft(session, an_act(), "journey", "long-list", {"en": "Long"}, JOURNEY)
        version = write_version(session, an_act(), journey)
        for number in range(PATIENTS):
            patient = person(session, None, name=f"Member {number:02d}")
            entered = NOON - dt.timedelta(days=number)
            stays(session, segment.id, patient.id, entered, number)
            session.add(enrolment(journey.id, version.id, patient.id))
            for hours in (1, 2):
                at = entered + dt.timedelta(hours=hours)
                message(session, patient, None, channel=CHANNEL, status="delivered", planned_at=at, sent_at=at)
    engine.dispose()
    return "greta"


def stays(session: Session, segment_id: int, patient_id: int, entered: dt.datetime, number: int) -> None:
    """One stay; the first two patients left theirs, and the first came back."""
    left = entered + dt.timedelta(hours=1) if number < 2 else None
    facts = {"segment_id": segment_id, "patient_id": patient_id}
    session.add(SegmentMember(**facts, entered_at=entered, left_at=left))
    if number == 0:
        session.add(SegmentMember(**facts, entered_at=entered + dt.timedelta(hours=2)))


def enrolment(definition_id: int, version_id: int, patient_id: int) -> Enrolment:
    """A patient who stands at the end of the journey."""
    facts = {"definition_id": definition_id, "version_id": version_id, "patient_id": patient_id}
    return Enrolment(
        **facts, lane=patient_id & 255, step="end", entered_at=NOON, step_entered_at=NOON, entered_by="test"
    )


@pytest.fixture
def greta(app: Flask, many: str) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, many) == 303
    return client


def names(page: str) -> list[str]:
    return re.findall(r">(Member \d\d)<", page)


def test_members_are_walked_along_the_newest_first(greta: FlaskClient) -> None:
    first = greta.get("/segments/long-list/members").text
    last = greta.get("/segments/long-list/members?at=end").text
    assert names(first)[:2] == ["Member 00", "Member 02"]
    assert len(names(first)) == 25
    assert names(last)[-1] == "Member 29"
    assert "Next" in first and "Previous" in last


def test_who_left_is_listed_apart_unless_they_came_back(greta: FlaskClient) -> None:
    assert names(greta.get("/segments/long-list/members?show=left").text) == ["Member 01"]


def test_each_phone_stands_once_with_its_last_message_first(greta: FlaskClient) -> None:
    shown = names(greta.get("/phone/").text)
    assert shown == [f"Member {number:02d}" for number in range(25)]


def test_counts_stop_at_the_cap(greta: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert re.search(r"Patients in it now\"[^>]*><div>\s*30\s*<", greta.get("/journeys/").text)
    assert re.search(r"Members now\"[^>]*><div>\s*29\s*<", greta.get("/segments/").text)
    for module in ("journeys.flow.seeing.enrolled", "journeys.criteria.segment_sizes"):
        monkeypatch.setattr(f"{module}.CAP", 10)
    assert re.search(r"Patients in it now\"[^>]*><div>\s*10\+\s*<", greta.get("/journeys/").text)
    assert re.search(r"Members now\"[^>]*><div>\s*10\+\s*<", greta.get("/segments/").text)
    assert keyset.CAP == 1_000


@pytest.mark.parametrize("path", ["/segments/", "/segments/long-list/members", "/phone/", "/journeys/"])
def test_a_page_asks_the_database_little(app: Flask, greta: FlaskClient, path: str) -> None:
    greta.get(path)
    # journeys ask one more where templates are in force: which wordings these quote
    assert count_statements(app, lambda: greta.get(path)) <= 14
