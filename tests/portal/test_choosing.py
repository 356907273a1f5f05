"""Staff put patients into a journey by hand: picked, previewed with who is held and why, and let in once."""

import re
import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from journeys.foundation.acting import act
from journeys.foundation.database import OWNER, connect
from journeys.foundation.tokens import identifier_token
from journeys.store.enrolments import Enrolment, SegmentMember
from journeys.store.people import Patient, PatientToken
from journeys.store.putting_in_force.definitions import JOURNEY, SEGMENT, find
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version
from tests.make import NOON, an_act
from tests.portal.custom_house import a_patient, a_worker, browser_of, house_of
from tests.portal.house import token_of

SLUG = "hand-picked"
ABOUT_RECORDS = "hand-picked-records"
GROUP = "hand-picked-group"
HELD = "The journey does not let the patient in again now"


@pytest.fixture(scope="module")
def staffed(app: Flask) -> Flask:
    """A journey for the chosen and one about records; Olga works everywhere as staff, Cato as consultant, Piet in one
    branch."""
    a_worker(app, "olga", "staff")
    a_worker(app, "cato", "consultant")
    a_worker(app, "piet", "staff", "hand-picked-branch")
    pause = {"type": "wait", "config": {"for": {"days": 9}}, "next": {"next": "end"}}
    content: dict[str, Any] = {"format": 1, "purpose": "care", "entry": {"chosen": True}, "start": "pause"}
    content["steps"] = {"pause": pause, "end": {"type": "end"}}

    def put_in_force(session: Any, doing: Any, kind: str, slug: str, **more: Any) -> None:
        name = {"en": f"Called {slug}"}
        write_version(session, doing, save_draft(session, doing, kind, slug, name, {"name": name, **more}))

    house = house_of(app)
    act(house, an_act(), put_in_force, JOURNEY, SLUG, **content)
    act(house, an_act(), put_in_force, JOURNEY, ABOUT_RECORDS, **content, focus="appointment")
    rule = {"field": "gender", "is": "known"}
    act(house, an_act(), put_in_force, SEGMENT, GROUP, format=1, rule=rule)
    return app


def post(client: FlaskClient, **form: Any) -> TestResponse:
    token = token_of(client.get("/account/").text)
    return client.post("/choosing/", data={"csrf_token": token, **form})


def hidden(page: str, name: str) -> str:
    """The value of a hidden field of the page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page[:3000]
    return found[1]


def inside(app: Flask, uid: uuid.UUID) -> int:
    """How many enrolments a patient has."""
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    with Session(engine) as session:
        found = session.scalars(
            select(Enrolment).join(Patient, Patient.id == Enrolment.patient_id).where(Patient.uid == uid)
        ).all()
    engine.dispose()
    return len(found)


def members(app: Flask, *uids: uuid.UUID) -> None:
    """Put patients into the segment."""
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    with Session(engine) as session, session.begin():
        segment_id = find(session, SEGMENT, GROUP).id
        ids = session.scalars(select(Patient.id).where(Patient.uid.in_(uids)))
        session.add_all(SegmentMember(segment_id=segment_id, patient_id=each, entered_at=NOON) for each in ids)
    engine.dispose()


def test_from_the_patients_own_page_to_the_journey(staffed):
    olga, patient = browser_of(staffed, "olga"), a_patient(staffed)
    page = olga.get(f"/patients/{patient}/").text
    assert 'action="/choosing/"' in page
    assert hidden(page, "picked") == str(patient)
    choose = post(olga, picked=str(patient)).text
    assert f"Called {SLUG}" in choose
    assert f"Called {ABOUT_RECORDS}" not in choose
    preview = post(olga, patients=hidden(choose, "patients"), journey=SLUG)
    assert "Let 1 patient in" in preview.text
    assert inside(staffed, patient) == 0
    sent = {"patients": str(patient), "journey": SLUG, "key": hidden(preview.text, "key"), "enter": "1"}
    done = post(olga, **sent)
    assert done.status_code == 303
    assert done.headers["Location"].endswith(f"/journeys/of/{patient}")
    assert inside(staffed, patient) == 1
    again = post(olga, **sent)
    assert again.status_code == 409
    assert HELD in again.text
    assert inside(staffed, patient) == 1


def test_who_is_held_is_named_with_the_reason(staffed):
    olga, (one, other) = browser_of(staffed, "olga"), (a_patient(staffed), a_patient(staffed, deceased=True))
    page = post(olga, picked=[str(one), str(other)], journey=SLUG).text
    assert "The patient has died" in page
    assert "Let 1 patient in" in page
    done = post(olga, picked=[str(one), str(other)], journey=SLUG, key="once", enter="1")
    assert done.headers["Location"].endswith("/choosing/")
    assert "1 patient entered the journey. 1 was held." in olga.get("/choosing/").text
    assert (inside(staffed, one), inside(staffed, other)) == (1, 0)


def test_patients_of_other_branches_are_neither_named_nor_let_in(staffed):
    patient = a_patient(staffed)
    page = post(browser_of(staffed, "piet"), picked=str(patient), journey=SLUG).text
    assert "Somebody outside your branches" in page
    assert str(patient) not in page.replace(f'value="{patient}"', "")
    assert "Nobody of those you picked would enter" in page


def test_lists_offer_to_pick_and_a_segment_can_go_whole(staffed):
    one, other = a_patient(staffed), a_patient(staffed)
    members(staffed, one, other)
    cato = browser_of(staffed, "cato")
    page = cato.get(f"/segments/{GROUP}/members").text
    assert f'name="picked" value="{one}" form="pick-patients"' in page
    assert hidden(page, "segment") == GROUP
    assert 'form="pick-patients"' in cato.get("/patients/").text
    everyone = post(cato, segment=GROUP).text
    assert set(hidden(everyone, "patients").split()) == {str(one), str(other)}
    assert "2 patients are picked" in everyone


def test_who_may_not_see_the_members_of_a_segment_cannot_send_it_whole(staffed):
    assert post(browser_of(staffed, "olga"), segment=GROUP).status_code == 403
    assert post(browser_of(staffed, "cato"), segment="no-such-segment").status_code == 404


@pytest.mark.parametrize("journey", ["", "no-such-journey", ABOUT_RECORDS])
def test_a_journey_that_cannot_be_meant_is_said_at_its_field(staffed, journey):
    olga, patient = browser_of(staffed, "olga"), a_patient(staffed)
    answer = post(olga, picked=str(patient), journey=journey)
    assert answer.status_code == 422
    assert hidden(answer.text, "patients") == str(patient)


def numbered(app: Flask, number: str, *uids: uuid.UUID) -> None:
    """Give patients an identifier."""
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    with Session(engine) as session, session.begin():
        kind, token = identifier_token(number)
        for each in session.scalars(select(Patient.id).where(Patient.uid.in_(uids))):
            session.add(PatientToken(kind=kind, token=token, patient_id=each))
    engine.dispose()


def test_a_list_is_found_previewed_and_let_in_once(staffed):
    olga, (one, other, twin) = browser_of(staffed, "olga"), [a_patient(staffed) for _ in range(3)]
    numbered(staffed, "LIST-0001", one)
    numbered(staffed, "LIST-0002", other, twin)
    pasted = f"name;Record number\nAnn;list 0001\nBob;LIST-0002\nCid;LIST-0404\nDee;{other}"
    choose = post(olga, pasted=pasted).text
    assert "2 patients are picked" in choose
    assert "2 numbers were not found" in choose
    assert "Several patients have this number" in choose
    preview = post(olga, numbers=hidden(choose, "numbers"), journey=SLUG)
    assert "Let 2 patients in" in preview.text
    assert "LIST-0404" in preview.text
    sent = {"numbers": hidden(preview.text, "numbers"), "journey": SLUG, "key": "x", "enter": "1"}
    assert post(olga, **sent).status_code == 303
    assert [inside(staffed, each) for each in (one, other, twin)] == [1, 1, 0]
    assert HELD in post(browser_of(staffed, "cato"), numbers=sent["numbers"], journey=SLUG).text
    assert post(olga, **sent).status_code == 409


@pytest.mark.parametrize("pasted", ["", 'number\n"open', "number\n=1+1", "number\n"])
def test_a_list_that_cannot_be_read_is_said_and_kept(staffed, pasted):
    answer = post(browser_of(staffed, "olga"), pasted=pasted)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text


def test_a_list_of_strangers_lets_nobody_in(staffed):
    page = post(browser_of(staffed, "olga"), pasted="nobody-has-this").text
    assert "Nobody of the list is here" in page


def test_nobody_picked_is_said_and_nonsense_is_refused(staffed):
    olga = browser_of(staffed, "olga")
    assert post(olga).status_code == 303
    assert "Nobody is picked yet" in olga.get("/choosing/").text
    assert post(olga, picked="x").status_code == 400
