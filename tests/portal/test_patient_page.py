"""The page of one patient: its timeline narrowed, begun at one entry, with the changes of fields that may be told."""

import re
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg._preparing import PrepareManager
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from journeys.care.record.layout import SLUG
from journeys.criteria.custom.set_custom_values import set_custom_values
from journeys.foundation.act import EVERYWHERE, Act
from journeys.foundation.acting import act
from journeys.foundation.database import OWNER, connect
from journeys.store.clinical import Encounter, Note
from journeys.store.putting_in_force.definitions import SETTING
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version
from tests.make import NOON, added, branch, message, person
from tests.portal.custom_house import a_worker, browser_of, house_of, put_in_force
from tests.portal.house import token_of

SECRET = {"roles": ["administrator"], "purposes": ["care"]}


@pytest.fixture(scope="module")
def clinic(app: Flask) -> Flask:
    """Paula works everywhere as staff; two fields are in force, one of which staff may not see."""
    a_worker(app, "paula", "staff")
    put_in_force(app, "p-mood", name="Mood of the day")
    put_in_force(app, "p-secret", name="Kept from staff", see=SECRET, edit=SECRET)
    put_in_force(app, "p-closed", name="Closed to the glance", sensitivity="restricted")
    return app


@pytest.fixture(scope="module")
def sarah(clinic: Flask) -> uuid.UUID:
    """A patient with a visit, a note, a message, and three fields that were recorded."""
    engine = connect(clinic.config["WAYMARK"].database_url, OWNER)
    with Session(engine) as session, session.begin():
        place = branch(session, "page-branch")
        patient = person(session, None, at=place, name="Sarah Vale")
        visit = {"status": "finished", "start_at": NOON, "display": "Yearly check-up", "location_id": place.id}
        added(session, Encounter(patient_id=patient.id, **visit))
        session.add(Note(patient_id=patient.id, written_at=NOON, written_by="user:paula", text="Likes mornings"))
        message(session, patient, None, channel="sms", status="delivered", sent_at=NOON, body="Come and see us")
        uid, number = patient.uid, patient.id
    engine.dispose()
    values = {"p-mood": "calm", "p-secret": "hush", "p-closed": "whisper"}
    doing = Act(NOON, "user:paula", EVERYWHERE)
    for slug, role in (("p-mood", "staff"), ("p-secret", "administrator"), ("p-closed", "staff")):
        act(house_of(clinic), doing, set_custom_values, "patient", number, {slug: values[slug]}, "form", [role])
    return uid


@pytest.fixture
def paula(clinic: Flask) -> FlaskClient:
    return browser_of(clinic, "paula")


def titles(page: str) -> list[str]:
    """What stands on the timeline."""
    return re.findall(r'<div class="timeline-head"><span class="strong">([^<]+)</span>', page)


def narrowed(client: FlaskClient, uid: uuid.UUID, part: bool = True, **typed: str) -> str:
    """The timeline as a form narrows it."""
    token = token_of(client.get(f"/patients/{uid}/").text)
    headers = {"X-Waymark-Partial": "yes"} if part else {}
    answer = client.post(f"/patients/{uid}/timeline", data={"csrf_token": token, **typed}, headers=headers)
    assert answer.status_code == 200
    return answer.text


def test_changes_of_fields_are_told_to_whoever_may_see_them(paula: FlaskClient, sarah: uuid.UUID) -> None:
    page = paula.get(f"/patients/{sarah}/").text
    assert {"Mood of the day", "Closed to the glance", "Note", "Message", "Yearly check-up"} == set(titles(page))
    assert "calm" in page
    for secret in ("Kept from staff", "hush", "whisper"):
        assert secret not in page


def test_it_is_narrowed_by_what_an_address_may_say(paula: FlaskClient, sarah: uuid.UUID) -> None:
    assert titles(paula.get(f"/patients/{sarah}/?kind=visits").text) == ["Yearly check-up"]
    assert titles(paula.get(f"/patients/{sarah}/?until=2020-01-01").text) == []
    # words that name what somebody has are not taken from an address
    assert len(titles(paula.get(f"/patients/{sarah}/?text=yearly").text)) == 5
    for nonsense in ("kind=moon", "branch=x", "since=never", "after=~~", "entry=moon~1", "entry=note~x"):
        assert paula.get(f"/patients/{sarah}/?{nonsense}").status_code == 200


def test_words_are_sent_and_stay_in_the_form(paula: FlaskClient, sarah: uuid.UUID) -> None:
    part = narrowed(paula, sarah, text="yearly")
    assert titles(part) == ["Yearly check-up"]
    assert "<html" not in part
    whole = narrowed(paula, sarah, part=False, text="yearly")
    assert titles(whole) == ["Yearly check-up"]
    assert 'value="yearly"' in whole
    assert titles(narrowed(paula, sarah, text="nothing like it")) == []
    wrong = narrowed(paula, sarah, since="31 February", text="yearly")
    assert 'value="31 February"' in wrong


def test_an_entry_has_an_address(paula: FlaskClient, sarah: uuid.UUID) -> None:
    page = paula.get(f"/patients/{sarah}/").text
    place = re.search(r"entry=(encounter~\d+)", page)
    assert place
    begun = paula.get(f"/patients/{sarah}/?entry={place[1]}").text
    assert titles(begun)[0] == "Yearly check-up"
    assert 'aria-current="true"' in begun
    assert "To the newest" in begun


def test_a_note_stands_on_the_page_at_once(paula: FlaskClient, sarah: uuid.UUID) -> None:
    token = token_of(paula.get(f"/patients/{sarah}/").text)
    empty = paula.post(f"/patients/{sarah}/note", data={"csrf_token": token, "text": "  "})
    assert empty.status_code == 422
    assert "There is a problem" in empty.text
    noted = {"csrf_token": token, "text": "Asked for a quiet room"}
    answer = paula.post(f"/patients/{sarah}/note", data=noted, follow_redirects=True)
    assert "The note is written down." in answer.text
    assert "Asked for a quiet room" in answer.text


def test_who_may_only_look_writes_no_note(clinic: Flask, sarah: uuid.UUID) -> None:
    a_worker(clinic, "otto", "administrator")
    otto = browser_of(clinic, "otto")
    page = otto.get(f"/patients/{sarah}/").text
    assert "Write it down" not in page
    sent = otto.post(f"/patients/{sarah}/note", data={"csrf_token": token_of(page), "text": "x"})
    assert sent.status_code == 403


def arranged(app: Flask, content: dict[str, object]) -> None:
    """Put a layout in force."""

    def publish(session: Session, doing: Act) -> None:
        write_version(session, doing, save_draft(session, doing, SETTING, SLUG, {"en": "Page"}, content))

    act(house_of(app), Act(NOON, "test:maker", EVERYWHERE), publish)


def test_a_role_sees_the_cards_and_flags_that_were_arranged(
    clinic: Flask, paula: FlaskClient, sarah: uuid.UUID
) -> None:
    mine = {"cards": ["steps", "fields", "timeline"], "alerts": ["p-mood"], "fields": ["p-closed"]}
    arranged(clinic, {"format": 1, "name": {"en": "Page"}, "roles": {"staff": mine, "everyone": {"cards": ["person"]}}})
    page = paula.get(f"/patients/{sarah}/").text
    assert "Mood of the day: calm" in page
    assert re.findall(r"<h2>([^<]+)</h2>", page.partition("<main")[2].partition("</main>")[0]) == [
        "What is next",
        "Timeline",
        "More about the person",
    ]
    assert page.count("Closed to the glance") > 0
    a_worker(clinic, "vera", "administrator")
    assert "Timeline" not in browser_of(clinic, "vera").get(f"/patients/{sarah}/").text
    arranged(clinic, {"format": 1, "name": {"en": "Page"}, "roles": {}})


def test_printing_is_audited_and_says_who_and_when(
    clinic: Flask, paula: FlaskClient, sarah: uuid.UUID, engine: Engine
) -> None:
    page = paula.get(f"/patients/{sarah}/print").text
    assert "Printed by Paula Test" in page
    assert "Likes mornings" in page
    with engine.connect() as connection:
        told = "SELECT count(*) FROM audit_entry WHERE subject = 'patient.print' AND actor = 'user:paula'"
        assert connection.scalar(text(told)) == 1


def test_a_page_is_arranged_after_its_draft_was_looked_at(clinic: Flask, paula: FlaskClient, sarah: uuid.UUID) -> None:
    a_worker(clinic, "cleo", "consultant")
    cleo = browser_of(clinic, "cleo")
    address = "/record-layouts/staff/"

    def sent(**more: str) -> TestResponse:
        form = cleo.get(address).text
        version = re.search(r'name="row_version" value="(\d+)"', form)
        assert version
        return cleo.post(address, data={"csrf_token": token_of(form), "row_version": version[1], **more})

    assert sent().status_code == 422
    looked = sent(cards="team", look="1")
    assert looked.status_code == 303
    assert "as=staff" in looked.headers["Location"]
    draft = cleo.get(looked.headers["Location"]).text
    assert "Care team" in draft
    assert "How to reach" not in draft
    assert "How to reach" in paula.get(f"/patients/{sarah}/?as=staff").text
    assert sent(cards="team").status_code == 303
    assert "How to reach" not in paula.get(f"/patients/{sarah}/").text
    stale = {"csrf_token": token_of(cleo.get(address).text), "row_version": "1", "cards": "team"}
    assert "Somebody else changed it" in cleo.post(address, data=stale, follow_redirects=True).text
    assert cleo.get("/record-layouts/nobody/").status_code == 404
    arranged(clinic, {"format": 1, "name": {"en": "Page"}, "roles": {}})


def test_opening_the_page_forgets_no_statement_that_a_connection_keeps(
    paula: FlaskClient, sarah: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgot: list[bool] = []
    clear = PrepareManager.clear
    monkeypatch.setattr(PrepareManager, "clear", lambda kept: forgot.append(clear(kept)))
    for _ in range(2):
        assert paula.get(f"/patients/{sarah}/").status_code == 200
    assert True not in forgot
