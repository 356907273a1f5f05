"""Fields as data in the portal: drafted by one, approved by another, retired and restored; nothing typed is lost."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from journeys.criteria.custom.content import live_fields
from journeys.foundation.act import EVERYWHERE, Act
from journeys.foundation.acting import act
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import FIELD, SEGMENT, find
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version
from tests.make import NOON
from tests.portal.custom_house import STAFF, a_worker, browser_of, content, house_of, put_in_force
from tests.portal.house import token_of


@pytest.fixture(scope="module")
def clinic(app: Flask) -> Flask:
    """Petra works everywhere, as an administrator does."""
    a_worker(app, "petra", "administrator")
    return app


@pytest.fixture
def carl(clinic: Flask) -> FlaskClient:
    return browser_of(clinic, "carl")


@pytest.fixture
def petra(clinic: Flask) -> FlaskClient:
    return browser_of(clinic, "petra")


def drafted(client: FlaskClient, slug: str, name: str = "Smoking") -> None:
    """Name a new field."""
    token = token_of(client.get("/fields/new").text)
    named = {"csrf_token": token, "slug": slug, "name-en": name, "name-es": "Tabaco"}
    assert client.post("/fields/new", data=named).status_code == 303


def page_of(client: FlaskClient, slug: str) -> dict[str, str]:
    """What every change of the editor carries along."""
    text = client.get(f"/fields/{slug}/").text
    found = re.search(r'name="row_version" value="(\d+)"', text)
    assert found
    return {"csrf_token": token_of(text), "row_version": found[1]}


def sound(**more: Any) -> dict[str, Any]:
    """A form that may be published."""
    return {
        "name-en": "Smoking",
        "name-es": "Tabaco",
        "on": "patient",
        "type": "choice",
        "required": ["import"],
        "sensitivity": "ordinary",
        "see-roles": ["staff", "consultant"],
        "see-purposes": ["care"],
        "edit-roles": ["staff"],
        "edit-purposes": ["care"],
        "choice-of-choices-0-code": "never",
        "choice-of-choices-0-name-en": "Never",
        "choice-of-choices-1-code": "daily",
        "choice-of-choices-1-name-en": "Daily",
        "choice-of-default": "never",
        **more,
    }


def draft_of(app: Flask, slug: str) -> Definition:
    """The definition as it is."""

    def read(session: Session, doing: Act) -> Definition:
        return find(session, FIELD, slug)

    return act(house_of(app), Act(NOON, "test:reader", EVERYWHERE), read)


def in_force(app: Flask) -> set[str]:
    """The slugs in force."""

    def read(session: Session, doing: Act) -> set[str]:
        return set(live_fields(session))

    return act(house_of(app), Act(NOON, "test:reader", EVERYWHERE), read)


def test_a_field_goes_from_the_consultant_to_the_administrator(
    clinic: Flask, carl: FlaskClient, petra: FlaskClient
) -> None:
    drafted(carl, "smoking")
    asked = carl.post("/fields/smoking/", data={**page_of(carl, "smoking"), **sound(), "publish": "1"})
    assert asked.status_code == 303
    assert draft_of(clinic, "smoking").asked_by == "user:carl"
    assert "smoking" not in in_force(clinic)

    waiting = petra.get("/fields/").text
    assert "Waiting for approval" in waiting
    assert 'href="/fields/smoking/review"' in waiting
    review = petra.get("/fields/smoking/review").text
    assert "carl asks for approval" in review
    assert "Never (never), Daily (daily)" in review
    version = re.search(r'name="row_version" value="(\d+)"', review)
    assert version
    done = petra.post("/fields/smoking/review", data={"csrf_token": token_of(review), "row_version": version[1]})
    assert done.status_code == 303
    assert "smoking" in in_force(clinic)
    assert "This draft is in force as it stands" in petra.get("/fields/smoking/review").text
    assert 'href="/fields/smoking/review"' not in petra.get("/fields/").text


def test_a_role_that_there_is_not_is_refused_at_its_place(clinic: Flask, petra: FlaskClient) -> None:
    given = content("Misspelt", see={"roles": ["staff", "nurses"], "purposes": ["care"]})
    doing = Act(NOON, "test:maker", EVERYWHERE)
    act(house_of(clinic), doing, save_draft, FIELD, "misspelt", given["name"], given)
    page = petra.get("/fields/misspelt/review").text
    version = re.search(r'name="row_version" value="(\d+)"', page)
    assert version
    sent = {"csrf_token": token_of(page), "row_version": version[1]}
    answer = petra.post("/fields/misspelt/review", data=sent)
    assert answer.status_code == 422
    assert "nurses is not possible here" in answer.text
    assert "misspelt" not in in_force(clinic)


def test_the_draft_holds_what_was_typed(clinic: Flask, carl: FlaskClient) -> None:
    drafted(carl, "weight-goal", "Goal")
    typed = {
        "name-en": "Goal",
        "name-es": "Meta",
        "help-en": "In the morning",
        "on": "patient",
        "type": "number",
        "group-en": "Weight",
        "order": "3",
        "sensitivity": "sensitive",
        "number-of-unit": "kg",
        "number-of-minimum": "2.5",
        "number-of-maximum": "300",
        "import_from": "https://clinic.test/goal",
        "see-roles": ["staff"],
        "see-purposes": ["care"],
    }
    carl.post("/fields/weight-goal/", data={**page_of(carl, "weight-goal"), **typed, "save": "1"})
    assert draft_of(clinic, "weight-goal").draft == {
        "format": 1,
        "name": {"en": "Goal", "es": "Meta"},
        "help": {"en": "In the morning"},
        "on": "patient",
        "type": "number",
        "group": {"en": "Weight"},
        "order": 3,
        "sensitivity": "sensitive",
        "unit": "kg",
        "minimum": 2.5,
        "maximum": 300,
        "import_from": {"extension": "https://clinic.test/goal"},
        "see": {"roles": ["staff"], "purposes": ["care"]},
        "edit": {"roles": [], "purposes": []},
    }
    page = carl.get("/fields/weight-goal/").text
    assert 'value="2.5"' in page
    assert page.count("Choose at least one") >= 2


def test_journeys_are_let_in_by_a_switch_but_not_where_a_field_is_restricted(clinic: Flask, carl: FlaskClient) -> None:
    drafted(carl, "open-to-journeys")
    address = "/fields/open-to-journeys/"
    carl.post(address, data={**page_of(carl, "open-to-journeys"), **sound(), "edit-journeys": "y", "save": "1"})
    assert draft_of(clinic, "open-to-journeys").draft["edit"] == {
        "roles": ["staff"],
        "purposes": ["care"],
        "journeys": True,
    }
    page = carl.get(address).text
    [switch] = re.findall(r'<input[^>]*name="edit-journeys"[^>]*>', page)
    assert "checked" in switch
    closed = sound(sensitivity="restricted", **{"edit-journeys": "y"})
    page = carl.post(address, data={**page_of(carl, "open-to-journeys"), **closed, "save": "1"}, follow_redirects=True)
    assert 'id="edit-journeys-fault"' in page.text


def test_every_problem_stands_at_its_place_and_nothing_is_lost(carl: FlaskClient) -> None:
    drafted(carl, "wrong-one")
    typed = sound(**{"choice-of-choices-1-code": "never", "choice-of-default": "sometimes", "edit-roles": []})
    answer = carl.post("/fields/wrong-one/", data={**page_of(carl, "wrong-one"), **typed, "publish": "1"})
    assert answer.status_code == 422
    assert 'id="choice-of-choices-1-code-fault"' in answer.text
    assert 'href="#edit-roles"' in answer.text
    assert "never stands here twice" in answer.text
    assert 'value="sometimes"' in answer.text
    assert "The draft is saved but cannot be published yet" in answer.text
    without = sound(**{"choice-of-default": ""})
    without = {name: value for name, value in without.items() if not name.startswith("choice-of-choices")}
    none = carl.post("/fields/wrong-one/", data={**page_of(carl, "wrong-one"), **without, "publish": "1"})
    assert "Write at least one choice" in none.text
    assert 'href="#choice-of-choices"' in none.text and 'id="choice-of-choices"' in none.text
    assert "Choices: Write at least one choice" in carl.get("/fields/wrong-one/review").text
    unreadable = carl.post(
        "/fields/wrong-one/",
        data={**page_of(carl, "wrong-one"), **sound(type="number", **{"number-of-minimum": "few"}), "save": "1"},
    )
    assert unreadable.status_code == 422
    assert 'value="few"' in unreadable.text


def test_only_the_parts_of_the_type_are_shown_and_a_changed_mind_loses_nothing(carl: FlaskClient) -> None:
    drafted(carl, "changing")
    asks = {**page_of(carl, "changing"), **sound(), "change-rule": "redraw"}
    assert 'name="choice-of-choices-0-code"' in carl.post("/fields/changing/", data=asks).text
    other = carl.post("/fields/changing/", data={**asks, "type": "number"}).text
    assert 'name="number-of-unit"' in other
    assert 'type="hidden" name="choice-of-choices-0-code" value="never"' in other
    assert "<legend>Choices</legend>" not in other
    added = {**asks, "add:choice-of-choices": "1"}
    added.pop("change-rule")
    assert 'name="choice-of-choices-2-code"' in carl.post("/fields/changing/", data=added).text


def test_a_table_and_a_rule_are_read_back_as_they_were_written(clinic: Flask, carl: FlaskClient) -> None:
    drafted(carl, "visits-abroad")
    typed = {
        **sound(type="table"),
        "table-of-columns-0-slug": "country",
        "table-of-columns-0-name-en": "Country",
        "table-of-columns-0-type": "choice",
        "table-of-columns-0-choices-0-code": "mx",
        "table-of-columns-0-choices-0-name-en": "Mexico",
        "table-of-columns-1-slug": "days",
        "table-of-columns-1-name-en": "Days",
        "table-of-columns-1-type": "number",
        "table-of-columns-1-unit": "d",
        "visible_when.shape": "group",
        "visible_when.combine": "all",
        "visible_when.0.shape": "field",
        "visible_when.0.field": "age",
        "visible_when.0.is": "at_least",
        "visible_when.0.value": "18",
        "publish": "1",
    }
    answer = carl.post("/fields/visits-abroad/", data={**page_of(carl, "visits-abroad"), **typed})
    assert answer.status_code == 303, answer.text
    draft = draft_of(clinic, "visits-abroad").draft
    assert draft["columns"] == [
        {
            "slug": "country",
            "name": {"en": "Country"},
            "type": "choice",
            "choices": [{"code": "mx", "name": {"en": "Mexico"}}],
        },
        {"slug": "days", "name": {"en": "Days"}, "type": "number", "unit": "d"},
    ]
    assert draft["visible_when"] == {"all": [{"field": "age", "is": "at_least", "value": 18}]}
    page = carl.get("/fields/visits-abroad/").text
    assert 'value="Mexico"' in page
    assert "age is at least 18" in carl.get("/fields/visits-abroad/review").text


def test_who_was_faster_is_said_and_nothing_overwritten(carl: FlaskClient) -> None:
    drafted(carl, "contested-field")
    mine = {**page_of(carl, "contested-field"), **sound(), "save": "1"}
    assert carl.post("/fields/contested-field/", data={**mine, "name-en": "Theirs"}).status_code == 303
    answer = carl.post("/fields/contested-field/", data={**mine, "name-en": "Mine"})
    assert answer.status_code == 422
    assert "Somebody else saved this meanwhile" in answer.text
    assert 'value="Mine"' in answer.text


def test_a_used_field_is_not_retired_and_a_retired_one_comes_back(clinic: Flask, petra: FlaskClient) -> None:
    put_in_force(clinic, "used-one", type="yes-no")
    rule = {"format": 1, "name": {"en": "Users"}, "rule": {"field": "custom.used-one", "is": "true"}}

    def use(session: Session, doing: Act) -> None:
        write_version(session, doing, save_draft(session, doing, SEGMENT, "users-of-one", rule["name"], rule))

    act(house_of(clinic), Act(NOON, "test:maker", EVERYWHERE), use)
    page = petra.get("/fields/used-one/uses").text
    assert 'href="/segments/users-of-one/"' in page
    sent = {"csrf_token": token_of(page)}
    refused = petra.post("/fields/used-one/retire", data=sent)
    assert refused.status_code == 422
    assert "It is used in the segment users-of-one" in refused.text
    assert "used-one" in in_force(clinic)

    put_in_force(clinic, "idle-one", type="yes-no")
    assert "idle-one" in petra.get("/fields/report").text.replace("Idle-one", "idle-one")
    assert petra.post("/fields/idle-one/retire", data=sent).status_code == 303
    assert "idle-one" not in in_force(clinic)
    assert petra.post("/fields/idle-one/restore", data=sent).status_code == 303
    assert "idle-one" in in_force(clinic)


def test_a_draft_asks_nothing_of_values_that_its_writer_may_not_see(
    clinic: Flask, carl: FlaskClient, petra: FlaskClient
) -> None:
    put_in_force(clinic, "sealed-one", see=STAFF)
    drafted = content("Sealed", see=STAFF, pattern="positive.*")
    act(house_of(clinic), Act(NOON, "test:maker", EVERYWHERE), save_draft, FIELD, "sealed-one", {}, drafted)
    for browser in (carl, petra):
        page = browser.get("/fields/sealed-one/review").text
        assert "You may not see the values of this field" in page
        assert "They do not fit" not in page
    other_type = content("Sealed", see=STAFF, type="number")
    act(house_of(clinic), Act(NOON, "test:maker", EVERYWHERE), save_draft, FIELD, "sealed-one", {}, other_type)
    assert "Nothing is recorded yet" in carl.get("/fields/sealed-one/review").text


def test_who_may_not_is_refused(clinic: Flask, carl: FlaskClient, petra: FlaskClient) -> None:
    put_in_force(clinic, "guarded", type="yes-no")
    nina = browser_of(clinic, "nina")
    for address in ("/fields/", "/fields/guarded/", "/fields/guarded/review", "/fields/report"):
        assert nina.get(address).status_code == 403
        assert carl.get(address).status_code == petra.get(address).status_code == 200
    carls = {"csrf_token": token_of(carl.get("/account/").text)}
    petras = {"csrf_token": token_of(petra.get("/account/").text)}
    for address in ("/fields/guarded/review", "/fields/guarded/retire", "/fields/guarded/restore"):
        assert carl.post(address, data=carls).status_code == 403
    for address in ("/fields/new", "/fields/guarded/"):
        assert petra.post(address, data=petras).status_code == 403


def test_values_are_not_said_to_be_missing_while_the_draft_is_unfinished(clinic: Flask, petra: FlaskClient) -> None:
    put_in_force(clinic, "half-changed", type="number")
    unfinished = {**content("Half changed", type="choice"), "choices": []}
    act(house_of(clinic), Act(NOON, "test:maker", EVERYWHERE), save_draft, FIELD, "half-changed", {}, unfinished)
    page = petra.get("/fields/half-changed/review").text
    assert "The values are looked at as soon as the draft" in page
    assert "Nothing is recorded yet" not in page
    assert "Approve and publish" not in page
