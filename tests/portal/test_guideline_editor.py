"""A guideline is written in a form: nothing typed is lost, faults stand at their fields, and the text says the same."""

import html
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from journeys.flow.packs.yaml_text import read_yaml, write_yaml
from journeys.foundation import database as connections
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import GUIDELINE
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.tasks import TaskQueue
from tests import make
from tests.portal.house import sign_in, token_of
from tests.unit.care.guidelines.contents import content

CORE = sorted(Path("seed/packs/guidelines-core/guidelines").glob("*.yaml"))
CONTROLS = r"<input\b[^>]*>|<select\b.*?</select>|<textarea\b.*?</textarea>"


@pytest.fixture(scope="module")
def house(app: Flask) -> Flask:
    engine = connections.connect(app.config["WAYMARK"].database_url, connections.WORKER)
    with Session(engine) as session, session.begin():
        if session.scalar(select(TaskQueue).where(TaskQueue.slug == "recall")) is None:
            session.add(TaskQueue(slug="recall", name={"en": "Recall"}, role_code="nurse"))
    engine.dispose()
    return app


@pytest.fixture
def carl(house: Flask) -> FlaskClient:
    return signed_in(house, "carl")


def signed_in(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, name) == 303
    return client


def draft(app: Flask, slug: str, whole: Any) -> str:
    """Write a draft; return the address of its form."""
    engine = connections.connect(app.config["WAYMARK"].database_url, connections.WORKER)
    with Session(engine) as session, session.begin():
        save_draft(session, make.an_act(), GUIDELINE, slug, {"en": slug}, whole)
    engine.dispose()
    return f"/guidelines/{slug}/"


def draft_of(app: Flask, slug: str) -> Any:
    engine = connections.connect(app.config["WAYMARK"].database_url, connections.WORKER)
    with Session(engine) as session:
        found = session.scalar(select(Definition.draft).where(Definition.kind == GUIDELINE, Definition.slug == slug))
    engine.dispose()
    return found


def send(client: FlaskClient, at: str, **typed: object) -> Any:
    """Open a page, change some of its controls, send it as a browser without scripts does."""
    return client.post(at, data=changed(client.get(at).text, **typed))


def changed(page: str, **typed: object) -> MultiDict[str, str]:
    """The controls of a page's editor, some of them typed anew."""
    shown = [pair for pair in controls(page) if pair[0] not in typed]
    for name, value in typed.items():
        several = value if isinstance(value, list) else [value]
        shown += [(name, str(each)) for each in several]
    return MultiDict(shown)


def controls(page: str) -> list[tuple[str, str]]:
    """What a browser without scripts would send of a page's editor."""
    form = re.search(r'<form class="form form--wide".*?</form>', page, re.S)
    assert form, page
    return [pair for control in re.findall(CONTROLS, form[0], re.S) for pair in sent(control)]


def sent(control: str) -> list[tuple[str, str]]:
    tag = re.match(r"<[^>]*>", control)[0]
    name = re.search(r'\bname="([^"]*)"', tag)
    is_off = 'type="checkbox"' in tag and " checked" not in tag
    return [] if name is None or is_off else [(html.unescape(name[1]), html.unescape(value_of(control, tag)))]


def value_of(control: str, tag: str) -> str:
    if control.startswith("<select"):
        options = re.findall(r"<option\b([^>]*)>", control)
        tag = next((each for each in options if " selected" in each), options[0] if options else "")
    if control.startswith("<textarea"):
        # browsers end lines with two characters
        return re.search(r"<textarea[^>]*>\r?\n?(.*)</textarea>", control, re.S)[1].replace("\n", "\r\n")
    found = re.search(r'\bvalue="([^"]*)"', tag)
    return found[1] if found else "y"


def fault_at(page: str, control: str) -> str:
    found = re.search(rf'id="{control}-fault".*?<span>(.*?)</span>', page, re.S)
    return html.unescape(found[1]) if found else ""


@pytest.mark.parametrize("file", CORE, ids=lambda file: file.stem)
def test_opening_and_saving_changes_no_byte(house: Flask, carl: FlaskClient, file: Path) -> None:
    text = file.read_text()
    at = draft(house, file.stem, read_yaml(text).value)
    answer = send(carl, at, save="1")
    assert answer.status_code == 303, answer.text
    assert write_yaml(draft_of(house, file.stem)) == text


def test_one_part_is_changed_and_the_others_stay_as_they_were_written(house: Flask, carl: FlaskClient) -> None:
    whole = content(make_up=False, exclusions=[], description={"fr": "En français"}, interval={"years": 1, "months": 6})
    at = draft(house, "partly", whole)
    assert send(carl, at, source="Another", **{"name-en": "Renamed"}, save="1").status_code == 303
    name = {"en": "Renamed", "es": "Presión arterial"}
    assert draft_of(house, "partly") == {**whole, "source": "Another", "name": name}


def test_a_list_that_is_changed_keeps_the_names_that_the_form_does_not_show(house: Flask, carl: FlaskClient) -> None:
    rule = {"field": "age", "is": "at_least", "value": 90}
    names = [{"en": "Very old", "fr": "Très âgés"}, {"en": "Elsewhere", "fr": "Ailleurs"}]
    at = draft(house, "languages", content(exclusions=[{"name": name, "rule": rule} for name in names]))
    assert send(carl, at, **{"exclusions-0-name-en": "90 and older"}, save="1").status_code == 303
    written = [each["name"] for each in draft_of(house, "languages")["exclusions"]]
    assert written == [{"en": "90 and older", "fr": "Très âgés"}, {"en": "Elsewhere", "fr": "Ailleurs"}]


def test_a_guideline_is_written_without_a_line_of_code(house: Flask, carl: FlaskClient) -> None:
    token = token_of(carl.get("/guidelines/new").text)
    new = carl.post("/guidelines/new", data={"csrf_token": token, "slug": "feet", "name-en": "Foot check"})
    at = "/guidelines/feet/"
    assert new.location.endswith(at)
    page = carl.get(at).text
    for button in ("add:tiers", "add:supplies", "add:anchors", "add:steps"):
        page = carl.post(at, data=changed(page, **{button: "1"})).text
    page = carl.post(at, data=changed(page, **{"change-rule": "condition:tiers-0-rule"})).text
    typed = {
        "interval": ["", "months"],
        "steps-0-after": ["8", "weeks"],
        "anchors-0-start": "birth_date",
        "anchors-0-plus": ["-3", "days"],
        "tiers-0-name-en": "Older",
        "tiers-0-rule.0.value": "65",
        "tiers-0-severity": "high",
        "supplies-0-item": "probe",
        "supplies-0-quantity": "2",
        "owner_queue": "recall",
        "source": "Our own\r\ndecision",
        "review_on": "2027-01-01",
        "approved_by": "Dr Vega",
        "approved_on": "2026-11-01",
    }
    saved = carl.post(at, data=changed(page, **typed, save="1"))
    assert saved.status_code == 303, saved.text
    assert draft_of(house, "feet") == {
        "format": 1,
        "name": {"en": "Foot check"},
        "description": {},
        "population": {"field": "age", "is": "at_least", "value": 18},
        "satisfied_by": [{"happened": "encounter", "where": [{"field": "status", "is": "is", "value": "finished"}]}],
        "steps": [{"weeks": 8}],
        "anchors": [{"field": "birth_date", "plus": {"days": -3}}],
        "window": {"soon": {"days": 28}, "overdue": {"days": 30}},
        "severity": "moderate",
        "owner": {"role": "staff", "queue": "recall"},
        "tiers": [
            {
                "name": {"en": "Older"},
                "rule": {"all": [{"field": "age", "is": "at_least", "value": 65}]},
                "severity": "high",
            }
        ],
        "supplies": [{"item": "probe", "quantity": 2}],
        "source": "Our own\ndecision",
        "review_on": "2027-01-01",
        "approval": {"by": "Dr Vega", "on": "2026-11-01"},
    }
    shown = carl.get(at).text
    assert "How it reads" in shown
    assert "There is a problem" not in shown
    assert carl.get(f"{at}text").text.count("Foot check") >= 2


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(house: Flask, carl: FlaskClient) -> None:
    at = draft(house, "wrong", content(supplies=[{"item": "cuff"}], tiers=[{"rule": {"all": []}}]))
    typed = {
        "interval": ["soon", "months"],
        "soon": ["", "days"],
        "supplies-0-item": "Two words",
        "anchors-0-plus": ["x", "years"],
        "owner_queue": "nowhere",
        "source": "",
    }
    assert send(carl, at, **typed, save="1").status_code == 303
    page = carl.get(at).text
    for control, says in (
        ("interval", "whole number"),
        ("soon", ""),
        ("supplies-0-item", "short name"),
        ("anchors-0-plus", "whole number"),
        ("tiers-0-name-en", "at least one language"),
        ("owner_queue", "There is no queue nowhere"),
        ("source", "where the guideline comes from"),
    ):
        assert says in fault_at(page, control), control
        assert fault_at(page, control), control
    for value in ("soon", "Two words", "x", "nowhere"):
        assert f'value="{value}"' in page
    again = send(carl, at, **{"supplies-0-quantity": "many"}, save="1")
    assert again.status_code == 422
    assert "whole number" in fault_at(again.text, "supplies-0-quantity")
    assert 'value="many"' in again.text


@pytest.mark.parametrize(
    "whole",
    [
        {},
        {"name": "x", "population": "x", "satisfied_by": {"a": 1}, "anchors": ["x", {"field": 7}], "window": 3},
        {"population": {"all": "x"}, "satisfied_by": [{}, 4], "interval": [], "steps": ["x", {}], "owner": {"role": 1}},
        {"tiers": [{"name": [], "rule": 3, "interval": "x"}], "booked": {"where": "x", "within": 4}, "supplies": [{}]},
        {"review_on": "tomorrow", "approval": {"by": 4, "on": "x"}, "severity": ["x"], "unheard": {"of": True}},
    ],
)
def test_a_draft_that_holds_anything_opens_and_keeps_what_the_form_cannot_show(
    house: Flask, carl: FlaskClient, whole: dict[str, Any]
) -> None:
    at = draft(house, "odd", whole)
    assert carl.get(at).status_code == 200
    assert send(carl, at, save="1").status_code == 303
    assert draft_of(house, "odd") == {"format": 1, **whole}
    assert carl.get(f"{at}text").status_code == 200


def test_a_segment_and_a_rule_have_both_to_hold(house: Flask, carl: FlaskClient) -> None:
    at = draft(house, "both", content())
    send(carl, at, segment="older", save="1")
    rule = {"field": "age", "is": "at_least", "value": 18}
    assert draft_of(house, "both")["population"] == {"all": [{"segment": "older"}, rule]}
    assert "older" in carl.get(at).text


def test_somebody_else_was_faster_and_nothing_is_lost(house: Flask, carl: FlaskClient) -> None:
    at = draft(house, "raced", content())
    page = carl.get(at).text
    draft(house, "raced", content(severity="high"))
    answer = carl.post(at, data=changed(page, source="Typed meanwhile", save="1"))
    assert answer.status_code == 422
    assert "Typed meanwhile" in answer.text
    assert draft_of(house, "raced")["source"] == "A test"


def test_who_may_only_look_changes_nothing(house: Flask) -> None:
    at = draft(house, "looked-at", content())
    ada, nina = signed_in(house, "ada"), signed_in(house, "nina")
    page = ada.get(at).text
    assert "You may look at this" in page
    assert "Save draft" not in page
    assert ada.post(at, data={"csrf_token": token_of(page), "save": "1"}).status_code == 403
    assert nina.get(at).status_code == 403
    assert nina.get(f"{at}text").status_code == 403
