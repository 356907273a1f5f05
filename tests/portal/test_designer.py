"""What the designer is told and what it sends: judgements, forms, texts; no writer is lost."""

import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.views import designer as module
from config import PROJECT
from journeys.flow.steps import STEPS
from journeys.foundation.acting import EVERYWHERE, Act, act
from journeys.store.putting_in_force.save_draft import save_draft
from tests.make import NOON
from tests.portal.house import sign_in, token_of

PACKED = PROJECT / "seed/packs/hypertension-recall/journeys"
WAIT: Any = {"type": "wait", "name": {"en": "Wait"}, "config": {"for": {"days": 2}}, "next": {"next": "end"}}
END: Any = {"type": "end", "name": {"en": "End"}, "config": {"reason": "finished"}}


class Designing:
    """Somebody who asks as the designer does."""

    def __init__(self, app: Flask, username: str) -> None:
        self.client: FlaskClient = app.test_client()
        assert sign_in(self.client, username) == 303
        self.token = token_of(self.client.get("/account/").text)

    def new(self, slug: str) -> Any:
        """A journey of one end, and what the page gives the designer of it."""
        page = self.client.get("/journeys/new").text
        data = {"csrf_token": token_of(page), "name-en": slug, "slug": slug}
        assert self.client.post("/journeys/new", data=data).status_code == 303
        return self.given(slug)

    def given(self, slug: str) -> Any:
        page = self.client.get(f"/designer/{slug}/").text
        return json.loads(re.search(r'<script type="application/json">(\{.*?\})</script>\n  <form', page, re.S)[1])

    def post(self, address: str, **sent: Any) -> Any:
        return self.client.post(f"/designer/{address}", **sent, headers={"X-CSRFToken": self.token})

    def ask(self, address: str, **asked: Any) -> Any:
        return self.post(address, json=asked).get_json()

    def form(self, address: str, given: Any, **typed: Any) -> Any:
        data = {"designer-given": json.dumps(given), **typed}
        return self.post(address, data=data).get_json()


@pytest.fixture
def carl(app: Flask) -> Designing:
    return Designing(app, "carl")


def steps_of(**steps: Any) -> Any:
    return {
        "format": 1,
        "name": {"en": "Short"},
        "entry": {"event": "patient.created"},
        "start": next(iter(steps)),
        "steps": steps,
    }


def test_the_page_brings_the_draft_what_is_to_be_said_of_it_and_every_type(carl: Designing) -> None:
    given = carl.new("designer-page")
    assert list(given["content"]["steps"]) == ["end"]
    assert {each["type"]: each["ways"] for each in given["types"]}["end"] == []
    assert {each["type"] for each in given["types"]} == set(STEPS)
    assert given["judgement"]["steps"]["end"] == {"sentence": "The journey ends: finished", "ways": []}
    assert [each["where"] for each in given["judgement"]["problems"]] == ["entry"]
    assert [each["part"] for each in given["judgement"]["problems"]] == ["Entry"]
    assert given["mayChange"]


def test_problems_come_with_their_step_and_sentences_with_their_ways(carl: Designing) -> None:
    told = carl.ask("judge", content=steps_of(wait={**WAIT, "config": {"answers": ["yes"]}}, end=END))
    assert "wait" in {each["step"] for each in told["problems"]}
    assert ["timeout", "When nothing happens in time"] in told["steps"]["wait"]["ways"]
    assert all(each["proof"] == [] or set(each["proof"]) <= {"wait", "end"} for each in told["problems"])


@pytest.mark.parametrize(
    "content", [{}, {"steps": []}, {"steps": {"a": 1}}, {"steps": {"a": {"type": "task", "config": 3}}}]
)
def test_half_a_journey_is_judged_too(carl: Designing, content: Any) -> None:
    assert carl.ask("judge", content=content)["problems"]


@pytest.mark.parametrize("kind", STEPS)
def test_every_type_of_step_has_its_form(carl: Designing, kind: str) -> None:
    assert "name-en" in carl.form("panel", {"type": kind, "config": {}})["html"]
    typed = carl.form("typed", {"type": kind, "config": {"unknown": 1}}, **{"name-en": "Named"})
    assert (typed["value"]["name"], typed["value"]["config"]["unknown"]) == ({"en": "Named"}, 1)


def test_what_is_typed_becomes_json_and_what_cannot_be_read_is_said_at_its_field(carl: Designing) -> None:
    typed = carl.form("typed", WAIT, **{"name-en": "Rest", "config-for_-days": "3"})
    assert typed["value"] == {**WAIT, "name": {"en": "Rest"}, "config": {"for": {"days": 3}}}
    assert (typed["ways"], typed["faults"]) == (["next"], [])
    wrong = carl.form("typed", {"type": "send_message"}, **{"name-en": "Hi", "config-useful_for_days": "soon"})
    assert [each["id"] for each in wrong["faults"]] == ["config-useful_for_days"]
    assert wrong["ways"] is None


def test_a_button_that_adds_an_entry_gives_the_form_again(carl: Designing) -> None:
    given = {"type": "experiment", "config": {}}
    typed = carl.form("typed", given, **{"name-en": "Draw", "config-draw": "pilot", "add:config-shares": "1"})
    assert "config-shares-0-port" in typed["html"]
    assert 'value="pilot"' in typed["html"]


def test_the_head_has_a_form_that_keeps_what_it_has_no_field_for(carl: Designing) -> None:
    given = {"format": 1, "name": {"en": "Old"}, "comments": {"format": "# why"}}
    typed = carl.form("typed", given, **{"designer-head": "1", "name-en": "New", "purpose": "care", "priority": "40"})
    assert typed["value"] == {**given, "name": {"en": "New"}, "priority": 40}
    assert typed["ways"] is None


def test_another_journey_is_called_by_its_name_before_it_is_in_force(carl: Designing) -> None:
    given = carl.new("designer-other")
    named = {**given["content"], "name": {"en": "Looks after you"}}
    carl.ask("designer-other/save", content=named, base=given["content"], rowVersion=given["rowVersion"])
    step = {"type": "start_journey", "config": {"journey": "designer-other"}, "next": {"next": "end"}}
    told = carl.ask("judge", content=steps_of(go=step, end=END))
    assert told["steps"]["go"]["sentence"] == "Start the journey “Looks after you”"
    html = carl.form("panel", step)["html"]
    assert re.search(r"<option[^>]* selected[^>]*>Looks after you \(not in force\)</option>", html)


def test_a_packed_journey_is_the_same_text_through_the_designer(carl: Designing) -> None:
    for path in PACKED.glob("*.yaml"):
        text = path.read_text().replace("steps:\n", "steps:\n  # agreed with the nurses\n")
        content = carl.ask("read", text=text)["content"]
        assert carl.ask("write", content=content)["text"] == text


def test_what_is_wrong_with_a_text_is_said_at_its_line(carl: Designing) -> None:
    broken = carl.ask("read", text="format: 1\nsteps:\n  a: [\n")
    assert "content" not in broken and broken["problems"][0]["line"] == 4
    read = carl.ask("read", text="format: 1\nname:\n  en: A\nstart: a\nsteps:\n  a:\n    type: walk\n")
    assert ("steps.a.type", 7) in {(each["where"], each["line"]) for each in read["problems"]}
    assert "Step “a”: Type" in {each["part"] for each in read["problems"]}
    assert read["content"]["steps"] == {"a": {"type": "walk"}}
    assert carl.ask("read", text="")["problems"]


def test_two_writers_of_different_steps_are_woven(carl: Designing) -> None:
    given = carl.new("designer-woven")
    base, number = given["content"], given["rowVersion"]
    theirs = {**base, "start": "wait", "steps": {"wait": WAIT, **base["steps"]}}
    first = carl.ask("designer-woven/save", content=theirs, base=base, rowVersion=number)
    assert (first["isWoven"], first["conflicts"]) == (False, [])
    mine = {**base, "priority": 80}
    second = carl.ask("designer-woven/save", content=mine, base=base, rowVersion=number)
    assert second["isWoven"]
    assert carl.given("designer-woven")["content"] == {**theirs, "priority": 80} == second["content"]


def test_two_writers_of_one_step_are_refused_and_nothing_is_lost(carl: Designing) -> None:
    given = carl.new("designer-torn")
    base, number = given["content"], given["rowVersion"]
    sides = [{**base, "steps": {"end": {**END, "config": {"reason": reason}}}} for reason in ("theirs", "mine")]
    carl.ask("designer-torn/save", content=sides[0], base=base, rowVersion=number)
    sent = {"content": sides[1], "base": base, "rowVersion": number}
    refused = carl.post("designer-torn/save", json=sent)
    told = refused.get_json()
    assert refused.status_code == 409
    assert [(each["part"], each["name"]) for each in told["conflicts"]] == [(["steps", "end"], "End")]
    assert (told["content"], told["stored"], told["by"]) == (sides[1], sides[0], "carl")
    assert carl.given("designer-torn")["content"] == sides[0]
    again = {"content": told["content"], "base": told["stored"], "rowVersion": told["rowVersion"]}
    assert carl.post("designer-torn/save", json=again).status_code == 200
    assert carl.given("designer-torn")["content"] == sides[1]


def test_who_may_only_read_changes_nothing(app: Flask, carl: Designing) -> None:
    given = carl.new("designer-rights")
    ada, nina = Designing(app, "ada"), Designing(app, "nina")
    assert not ada.given("designer-rights")["mayChange"]
    sent = {"content": {}, "base": {}, "rowVersion": given["rowVersion"]}
    assert ada.post("designer-rights/save", json=sent).status_code == 403
    assert ada.post("typed", data={"designer-given": "{}"}).status_code == 403
    for address in ("judge", "write", "read", "designer-rights/counts"):
        assert nina.post(address, json={"content": {}}).status_code == 403
    assert nina.client.get("/designer/designer-rights/").status_code == 403


def test_odd_questions_are_turned_away(carl: Designing, monkeypatch: pytest.MonkeyPatch) -> None:
    assert carl.post("judge", data="no json").status_code == 400
    assert carl.post("judge", json=[]).status_code == 400
    assert carl.post("judge", json={"content": 1}).status_code == 400
    assert carl.post("panel", data={"designer-given": "[]"}).status_code == 400
    assert carl.post("panel", data={"designer-given": '{"type": "walk"}'}).status_code == 404
    assert carl.post("nowhere/save", json={"content": {}, "base": {}, "rowVersion": 1}).status_code == 404
    monkeypatch.setattr(module, "MOST_BYTES", 10)
    assert carl.post("judge", json={"content": {"a": "b" * 20}}).status_code == 413


def test_segments_that_are_only_drafts_are_offered_by_name(app: Flask, carl: Designing) -> None:
    doing = Act(NOON, "user:carl", EVERYWHERE)
    act(app.extensions["house"], doing, save_draft, "segment", "not-yet", {"en": "Not yet seen"}, {})
    head = {"name": {"en": "Long"}, "entry": {"segment": "not-yet"}}
    drawn = carl.form("panel", head, **{"designer-head": "1"})["html"]
    assert '<option value="not-yet" selected>Not yet seen (not in force)</option>' in drawn
    asked = carl.client.post("/rules/schema", json={"focus": ""}, headers={"X-CSRFToken": carl.token})
    offered = asked.get_json()["segments"]
    assert {"value": "not-yet", "label": "Not yet seen (not in force)"} in offered
    content = {"name": {"en": "Seen"}, "rule": {"all": [{"segment": "not-yet"}]}}
    act(app.extensions["house"], doing, save_draft, "segment", "names-another", {"en": "Seen"}, content)
    drawn = carl.client.get("/segments/names-another/").text
    assert '<option value="not-yet" selected>Not yet seen (not in force)</option>' in drawn
