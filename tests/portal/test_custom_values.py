"""Custom values on pages: shown by heading, changed in a form that follows the fields in force, never unseen."""

import re
import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from journeys.foundation.database import OWNER, connect
from tests.portal.custom_house import STAFF, a_patient, a_worker, browser_of, put_in_force, withdraw
from tests.portal.house import token_of

CHOICES = [{"code": "never", "name": {"en": "Never"}}, {"code": "daily", "name": {"en": "Daily"}}]
SMOKES = {"field": "custom.v-smoking", "is": "is", "value": "daily"}
COLUMNS = [
    {"slug": "country", "name": {"en": "Country"}, "type": "text"},
    {"slug": "days", "name": {"en": "Days"}, "type": "number"},
]


@pytest.fixture(scope="module")
def clinic(app: Flask) -> Flask:
    """Fields of several types in force; Tess works everywhere as staff, Rob as a consultant."""
    a_worker(app, "tess", "staff")
    a_worker(app, "rob", "consultant")
    habits = {"group": {"en": "Habits"}}
    packs = {"name": "Packs", "minimum": 1, "default": 7, **habits}
    put_in_force(app, "v-smoking", name="Smokes", type="choice", choices=CHOICES, order=1, **habits)
    put_in_force(app, "v-packs", type="number", order=2, visible_when=SMOKES, **packs)
    put_in_force(app, "v-name", name="Called", most_characters=30, default="Nobody", order=3)
    put_in_force(app, "v-secret", name="Secret", see=STAFF, sensitivity="restricted", order=4)
    put_in_force(app, "v-trips", name="Trips", type="table", columns=COLUMNS, order=5)
    edit = {"roles": ["administrator"], "purposes": ["care"]}
    put_in_force(app, "v-seen", name="Only seen", type="yes-no", edit=edit)
    return app


@pytest.fixture
def tess(clinic: Flask) -> FlaskClient:
    return browser_of(clinic, "tess")


@pytest.fixture
def patient(clinic: Flask) -> uuid.UUID:
    return a_patient(clinic, name="Yara Holm")


def page_of(patient: uuid.UUID, part: str = "") -> str:
    return f"/values/patient/{patient}/{part}"


def sent(page: str, **typed: Any) -> dict[str, Any]:
    """What the form sends along, with what is typed."""
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    asked = re.findall(r'name="asked" value="([^"]+)"', page)
    return {"csrf_token": token_of(page), "seen": seen[1], "asked": asked, **typed}


def change(client: FlaskClient, patient: uuid.UUID, **typed: Any) -> int:
    """Fill in the form as it stands."""
    page = client.get(page_of(patient, "edit")).text
    return client.post(page_of(patient, "edit"), data=sent(page, **typed)).status_code


def typed(slug: str, value: Any) -> dict[str, Any]:
    return {f"field-{slug}": value}


def test_values_are_recorded_and_shown_with_who_and_when(tess: FlaskClient, patient: uuid.UUID) -> None:
    assert change(tess, patient, **typed("v-smoking", "never"), **typed("v-name", "Yaz")) == 303
    for page in (tess.get(page_of(patient)).text, tess.get(f"/patients/{patient}/").text):
        assert "<h2>Habits</h2>" in page
        assert "<bdi>Never</bdi>" in page
        assert "<bdi>Yaz</bdi>" in page
        assert "tess, <time" in page
        assert "Only seen" in page
    assert "<h2>Habits</h2>" in tess.get(page_of(patient)).text
    past = tess.get(page_of(patient, "history/v-smoking")).text
    assert "Never" in past
    assert "Holds now" in past


def test_a_default_is_offered_and_is_no_fact_until_it_is_saved(tess: FlaskClient, patient: uuid.UUID) -> None:
    assert 'value="Nobody"' in tess.get(page_of(patient, "edit")).text
    assert "Nobody" not in tess.get(page_of(patient)).text


def test_a_field_is_asked_when_its_rule_holds_also_while_typing(tess: FlaskClient, patient: uuid.UUID) -> None:
    page = tess.get(page_of(patient, "edit")).text
    assert 'name="field-v-packs"' not in page
    assert re.search(r'<select[^>]*data-redraws[^>]*name="field-v-smoking"', page)
    redraw = {**sent(page), **typed("v-smoking", "daily"), "change-rule": "redraw"}
    drawn = tess.post(page_of(patient, "edit"), data=redraw).text
    assert re.search(r'name="field-v-packs"[^>]*value="7"', drawn)
    assert tess.get(page_of(patient)).text.count("Not recorded") >= 2

    unsaid = {**sent(drawn), **typed("v-smoking", "never"), **typed("v-packs", "12"), "change-rule": "redraw"}
    hidden = tess.post(page_of(patient, "edit"), data=unsaid).text
    assert 'type="hidden" name="field-v-packs" value="12"' in hidden

    done = {**sent(drawn), **typed("v-smoking", "daily"), **typed("v-packs", "9")}
    assert tess.post(page_of(patient, "edit"), data=done).status_code == 303
    assert "<bdi>9</bdi>" in tess.get(page_of(patient)).text


def test_every_problem_stands_at_its_field_and_nothing_is_lost(tess: FlaskClient, patient: uuid.UUID) -> None:
    change(tess, patient, **typed("v-smoking", "daily"))
    page = tess.get(page_of(patient, "edit")).text
    wrong = {
        **typed("v-smoking", "daily"),
        **typed("v-packs", "0"),
        **typed("v-name", "x" * 31),
        "field-v-trips-0-field-country": "",
        "field-v-trips-0-field-days": "",
        "field-v-trips-1-field-country": " ",
        "field-v-trips-1-field-days": "3",
    }
    answer = tess.post(page_of(patient, "edit"), data=sent(page, **wrong))
    assert answer.status_code == 422
    assert 'id="field-v-packs-fault"' in answer.text
    assert "The smallest possible value is 1" in answer.text
    assert 'id="field-v-name-fault"' in answer.text
    assert 'value="' + "x" * 31 + '"' in answer.text
    not_a_number = tess.post(page_of(patient, "edit"), data=sent(page, **{**wrong, **typed("v-packs", "few")}))
    assert not_a_number.status_code == 422
    assert 'value="few"' in not_a_number.text


def test_a_table_grows_by_buttons_and_is_shown_as_one(tess: FlaskClient, patient: uuid.UUID) -> None:
    page = tess.get(page_of(patient, "edit")).text
    grown = tess.post(page_of(patient, "edit"), data=sent(page, **{"add:field-v-trips": "1"})).text
    assert 'name="field-v-trips-0-field-country"' in grown
    rows = {"field-v-trips-0-field-country": "Peru", "field-v-trips-0-field-days": "12.5"}
    assert tess.post(page_of(patient, "edit"), data=sent(grown, **rows)).status_code == 303
    shown = tess.get(page_of(patient)).text
    assert "<div>Peru</div>" in shown
    assert "<div>12.5</div>" in shown


def test_a_stale_form_overwrites_nothing(tess: FlaskClient, patient: uuid.UUID) -> None:
    page = tess.get(page_of(patient, "edit")).text
    assert change(tess, patient, **typed("v-name", "First")) == 303
    late = tess.post(page_of(patient, "edit"), data=sent(page, **typed("v-name", "Second")))
    assert late.status_code == 422
    assert "Somebody else changed these fields meanwhile" in late.text
    assert 'value="Second"' in late.text
    assert "<bdi>First</bdi>" in tess.get(page_of(patient)).text


def test_restricted_values_stand_behind_a_door_and_looking_is_recorded(
    clinic: Flask, tess: FlaskClient, patient: uuid.UUID
) -> None:
    open_form = tess.get(page_of(patient, "edit?open=1")).text
    told = sent(open_form, open="1", **typed("v-secret", "was adopted"))
    assert tess.post(page_of(patient, "edit"), data=told).status_code == 303
    before = looks(clinic)
    for page in (tess.get(page_of(patient)).text, tess.get(f"/patients/{patient}/").text):
        assert "was adopted" not in page
        assert "Show restricted fields" in page
    assert 'name="field-v-secret"' not in tess.get(page_of(patient, "edit")).text
    assert looks(clinic) == before
    assert "was adopted" in tess.get(page_of(patient, "?open=1")).text
    assert looks(clinic) == before + 1
    rob = browser_of(clinic, "rob").get(page_of(patient, "?open=1")).text
    assert "adopted" not in rob
    assert "Secret" not in rob


def test_a_needed_field_that_is_not_shown_bars_nothing(clinic: Flask, tess: FlaskClient, patient: uuid.UUID) -> None:
    needed = {"name": "Needed secret", "sensitivity": "restricted", "see": STAFF, "required": ["form"]}
    put_in_force(clinic, "v-needed", **needed, visible_when={"field": "custom.v-name", "is": "known"})
    page = tess.get(page_of(patient, "edit")).text
    answer = tess.post(page_of(patient, "edit"), data=sent(page, **typed("v-name", "Yaz")))
    assert answer.status_code == 303
    opened = tess.get(page_of(patient, "edit?open=1")).text
    answer = tess.post(page_of(patient, "edit"), data=sent(opened, open="1", **typed("v-name", "Yaz")))
    assert answer.status_code == 422
    withdraw(clinic, "v-needed")


def looks(clinic: Flask) -> int:
    """How often restricted values were shown."""
    engine = connect(clinic.config["WAYMARK"].database_url, OWNER)
    with engine.connect() as connection:
        shown = "subject = 'custom_value' AND action = 'R' AND actor = 'user:tess'"
        query = f"SELECT count(*) FROM audit_entry WHERE {shown}"
        found = connection.scalar(text(query))
    engine.dispose()
    return int(found or 0)


def test_who_may_not_change_is_refused(clinic: Flask, tess: FlaskClient, patient: uuid.UUID) -> None:
    rob = browser_of(clinic, "rob")
    assert rob.get(page_of(patient)).status_code == 200
    assert rob.get(page_of(patient, "edit")).status_code == 403
    assert 'name="field-v-seen"' not in tess.get(page_of(patient, "edit")).text
    forged = sent(tess.get(page_of(patient, "edit")).text, **typed("v-seen", "yes"))
    forged["asked"] = [*forged["asked"], "v-seen"]
    assert tess.post(page_of(patient, "edit"), data=forged).status_code == 303
    assert "<bdi>Yes</bdi>" not in tess.get(page_of(patient)).text
    nobody = "00000000-0000-4000-8000-000000000000"
    for kind in ("patient", "appointment", "referral", "task", "conversation"):
        assert tess.get(f"/values/{kind}/{nobody}/").status_code == 404
