"""Custom fields in the list of patients: chosen by each person, narrowed by, and shown to who may see them only."""

import datetime as dt
import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from journeys.criteria.custom.set_custom_values import set_custom_values
from journeys.foundation.act import EVERYWHERE, Act
from journeys.foundation.acting import act
from journeys.foundation.database import OWNER, connect
from journeys.store.people import Patient
from tests.make import NOON, person
from tests.portal.custom_house import EVERYBODY, STAFF, a_worker, browser_of, house_of, put_in_force, withdraw
from tests.portal.house import token_of
from tests.portal.test_base_models import count_statements

WAYS = [{"code": code, "name": {"en": code.title()}} for code in ("app", "letter", "phone")]
SECRET = {"roles": ["administrator"], "purposes": ["care"]}
FIELDS: dict[str, dict[str, Any]] = {
    "l-smokes": {"type": "yes-no", "name": "Smokes"},
    "l-way": {"type": "choice", "name": "Way", "choices": WAYS},
    "l-likes": {"type": "many-choices", "name": "Likes", "choices": WAYS},
    "l-packs": {"type": "number", "name": "Packs", "unit": "kg"},
    "l-stopped": {"type": "date", "name": "Stopped"},
    "l-note": {"type": "text", "name": "Remark"},
    "l-home": {"type": "reference", "name": "Home branch", "of": "location"},
    "l-hidden": {"type": "yes-no", "name": "Hidden one", "see": SECRET, "edit": SECRET},
    "l-closed": {"type": "yes-no", "name": "Closed one", "sensitivity": "restricted"},
    "l-research": {
        "type": "yes-no",
        "name": "Of research",
        "see": {"roles": ["staff"], "purposes": ["research"]},
        "edit": {"roles": ["staff"], "purposes": ["research"]},
    },
}
PUBLIC = [slug for slug in FIELDS if slug not in ("l-hidden", "l-closed", "l-research")]
PEOPLE: dict[str, dict[str, Any]] = {
    "Ana": {"l-smokes": True, "l-way": "app", "l-likes": ["app", "phone"], "l-packs": 10, "l-stopped": "2026-01-01"},
    "Ben": {"l-smokes": False, "l-way": "letter", "l-likes": ["letter"], "l-packs": 10.5, "l-stopped": "2026-02-01"},
    "Cleo": {"l-note": "Prefers <mornings>, and " + "nothing but mornings " * 9, "l-home": "list-home", "l-packs": -3},
    "Dora": {},
}


@pytest.fixture(scope="module")
def fields(app: Flask) -> Iterator[None]:
    """The fields in force, four patients of branch list-home with their values, and Nora who works there."""
    for slug, more in FIELDS.items():
        put_in_force(app, slug, **{"see": EVERYBODY, "edit": STAFF, **more})
    a_worker(app, "nora", "staff", "list-home")
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    with Session(engine) as session, session.begin():
        home = session.execute(text("SELECT id FROM location WHERE slug = 'list-home'")).scalar_one()
        ids = {name: a_patient_at(session, name, home) for name in PEOPLE}
    engine.dispose()
    doing = Act(NOON, "user:nora", EVERYWHERE, purpose="care")
    for name, values in PEOPLE.items():
        act(house_of(app), doing, set_custom_values, "patient", ids[name], values, "form", {"staff"})
    hidden = Act(NOON, "user:ada", EVERYWHERE, purpose="care")
    act(house_of(app), hidden, set_custom_values, "patient", ids["Ana"], {"l-hidden": True}, "form", {"administrator"})
    act(house_of(app), doing, set_custom_values, "patient", ids["Ana"], {"l-closed": True}, "form", {"staff"})
    yield
    for slug in FIELDS:
        withdraw(app, slug)


def a_patient_at(session: Session, name: str, location_id: int) -> int:
    patient: Patient = person(session, None, name=f"List {name}", birth_date=dt.date(1980, 1, 1))
    session.execute(
        text("INSERT INTO patient_location (patient_id, location_id) VALUES (:patient, :location)"),
        {"patient": patient.id, "location": location_id},
    )
    return patient.id


@pytest.fixture
def nora(app: Flask, fields: None) -> FlaskClient:
    client = browser_of(app, "nora")
    choose(client)
    return client


def choose(client: FlaskClient, *slugs: str) -> int:
    """Choose these fields; the status of the answer."""
    token = token_of(client.get("/patient-columns/").text)
    return client.post("/patient-columns/", data={"csrf_token": token, "fields": list(slugs)}).status_code


def names(page: str) -> list[str]:
    return re.findall(r">List ([A-Z][a-z]+)<", page)


def cells(page: str, label: str) -> list[str]:
    """What stands in a column, row by row."""
    found = re.findall(rf'data-label="{re.escape(label)}"[^>]*>(.*?)</td>', page, re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]+>", "", each)).strip() for each in found]


def test_what_somebody_chose_stands_in_columns_in_every_browser_of_theirs(app: Flask, nora: FlaskClient) -> None:
    assert "Smokes" not in nora.get("/patients/").text
    assert choose(nora, *PUBLIC) == 303
    for client in (nora, browser_of(app, "nora")):
        page = client.get("/patients/").text
        assert names(page) == ["Ana", "Ben", "Cleo", "Dora"]
        assert cells(page, "Smokes") == ["Yes", "No", "–", "–"]
        assert cells(page, "Way") == ["App", "Letter", "–", "–"]
        assert cells(page, "Likes") == ["App, Phone", "Letter", "–", "–"]
        assert cells(page, "Packs, in kg") == ["10", "10.5", "-3", "–"]
        assert cells(page, "Stopped") == ["January 1, 2026", "February 1, 2026", "–", "–"]
        assert cells(page, "Home branch") == ["–", "–", "List-Home", "–"]
        assert cells(page, "Remark")[2].startswith("Prefers <mornings>, and nothing")
        assert cells(page, "Remark")[2].endswith("…")
    assert "Smokes" not in browser_of(app, "ada").get("/patients/").text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("custom.l-smokes=yes", ["Ana"]),
        ("custom.l-smokes=no", ["Ben"]),
        ("custom.l-way=letter", ["Ben"]),
        ("custom.l-likes=phone", ["Ana"]),
        ("custom.l-packs.from=10", ["Ana", "Ben"]),
        ("custom.l-packs.until=10", ["Ana", "Cleo"]),
        ("custom.l-packs.from=10.5&custom.l-packs.until=10.5", ["Ben"]),
        ("custom.l-packs.from=11&custom.l-packs.until=9", []),
        ("custom.l-stopped.from=2026-01-02", ["Ben"]),
        ("custom.l-stopped.from=2026-01-01&custom.l-stopped.until=2026-02-01", ["Ana", "Ben"]),
        ("custom.l-note=known", ["Cleo"]),
        ("custom.l-note=unknown", ["Ana", "Ben", "Dora"]),
        ("custom.l-home=list-home", ["Cleo"]),
        ("custom.l-smokes=yes&custom.l-way=app&custom.l-packs.until=10&born_from=1979-01-01", ["Ana"]),
        ("custom.l-smokes=yes&custom.l-way=letter", []),
        ("custom.l-smokes=&custom.l-packs.from=", ["Ana", "Ben", "Cleo", "Dora"]),
    ],
)
def test_the_list_is_narrowed_by_fields_whether_they_are_columns_or_not(
    nora: FlaskClient, asked: str, found: list[str]
) -> None:
    assert names(nora.get(f"/patients/?{asked}").text) == found
    choose(nora, "l-smokes", "l-packs")
    page = nora.get(f"/patients/?{asked}&sort=born&size=2").text
    assert names(page) == found[:2]
    if len(found) > 2:
        following = re.search(r'href="([^"]*after=[^"]*)"', page)
        assert following
        assert names(nora.get(html.unescape(following[1])).text) == found[2:4]


@pytest.mark.parametrize(
    "asked",
    [
        "custom.l-hidden=yes",
        "custom.l-closed=yes",
        "custom.l-research=yes",
        "custom.no-such-field=yes",
        "custom.=yes",
        "custom.l-hidden.from=1",
    ],
)
def test_what_may_not_be_seen_is_neither_filter_nor_column_and_is_said_like_what_is_not_there(
    nora: FlaskClient, asked: str
) -> None:
    page = nora.get(f"/patients/?{asked}").text
    assert "The address asks for a field that this list does not have." in page
    assert names(page) == ["Ana", "Ben", "Cleo", "Dora"]
    assert not [word for word in ("Hidden one", "Closed one", "Of research") if word in page]


@pytest.mark.parametrize("slug", ["l-hidden", "l-closed", "l-research", "no-such-field"])
def test_what_may_not_be_seen_cannot_be_chosen(nora: FlaskClient, slug: str) -> None:
    page = nora.get("/patient-columns/").text
    assert "Smokes" in page
    assert not [word for word in ("Hidden one", "Closed one", "Of research") if word in page]
    assert choose(nora, "l-smokes", slug) == 422
    assert "Smokes" not in nora.get("/patients/").text


def test_a_column_goes_with_the_right_to_see_it(app: Flask, nora: FlaskClient) -> None:
    choose(nora, "l-smokes", "l-way")
    put_in_force(app, "l-smokes", type="yes-no", name="Smokes", see=SECRET, edit=SECRET)
    page = nora.get("/patients/?custom.l-smokes=yes").text
    assert "Smokes" not in page
    assert len(names(page)) == 4
    put_in_force(app, "l-smokes", type="yes-no", name="Smokes", sensitivity="restricted")
    assert "Smokes" not in nora.get("/patients/").text
    put_in_force(app, "l-smokes", type="yes-no", name="Smokes", see=EVERYBODY, edit=STAFF)
    assert "Smokes" in nora.get("/patients/").text


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("custom.l-packs.from=much", "Write a number"),
        ("custom.l-packs.from=NaN", "Write a number"),
        ("custom.l-packs.until=1e999999", "Write a number"),
        ("custom.l-stopped.from=soon", "Write a date"),
        ("custom.l-way=pigeon", "Choose one of the list."),
        ("custom.l-note=mornings", "Choose one of the list."),
    ],
)
def test_nonsense_is_said_at_its_filter_and_narrows_nothing(nora: FlaskClient, asked: str, says: str) -> None:
    answer = nora.get(f"/patients/?{asked}")
    assert answer.status_code == 200
    assert says in answer.text
    assert len(names(answer.text)) == 4


def test_the_audit_keeps_which_fields_were_shown_and_which_narrowed(app: Flask, nora: FlaskClient) -> None:
    choose(nora, "l-smokes", "l-way")
    nora.get("/patients/?custom.l-packs.from=10")
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    with engine.connect() as connection:
        row = connection.execute(
            text("SELECT detail, patient_ids FROM audit_entry WHERE actor = 'user:nora' AND action = 'R'"
                 " AND detail ->> 'list' = 'patients' ORDER BY id DESC LIMIT 1")
        ).one()  # fmt: skip
    engine.dispose()
    assert row.detail["fields"] == ["l-smokes", "l-way"]
    assert row.detail["narrowed_by"] == ["l-packs"]
    assert len(row.patient_ids) == 2


def test_the_values_of_a_page_are_read_at_once_whatever_its_size(app: Flask, nora: FlaskClient) -> None:
    choose(nora, "l-smokes", "l-way", "l-packs")
    nora.get("/patients/")
    short = count_statements(app, lambda: nora.get("/patients/?size=1"))
    assert count_statements(app, lambda: nora.get("/patients/?size=50")) == short
    choose(nora, *PUBLIC)
    # the names that references name, and what references can name, are one statement each and an act for the first
    assert count_statements(app, lambda: nora.get("/patients/?size=50")) <= short + 4


def test_too_many_columns_are_refused_and_stay_ticked(nora: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("journeys.criteria.lists.choose_list_fields.MOST_FIELDS", 1)
    token = token_of(nora.get("/patient-columns/").text)
    answer = nora.post("/patient-columns/", data={"csrf_token": token, "fields": ["l-smokes", "l-way"]})
    assert answer.status_code == 422
    assert "Choose at most 1" in answer.text
    assert len(re.findall(r"<input[^>]* checked", answer.text)) == 2
