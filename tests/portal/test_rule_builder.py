"""What the rule builder is told: what rules can say, what is wrong where, who it means; and nobody else is told."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.rules.describing import MOST_BYTES
from app.rules.judging import Repeated, each_once
from config import PROJECT
from journeys.criteria import publish_segment as publish_module
from journeys.criteria.fields import FACTS, RECORDS
from journeys.criteria.operators import OPERATORS
from journeys.foundation.errors import Problem
from tests.portal.house import sign_in, token_of

ADULT: Any = {"all": [{"field": "age", "is": "at_least", "value": 18}]}
QUESTIONS = ("schema", "check", "count", "sample", "read", "write")


class Counted(int):
    """A key that counts how often it is compared."""

    compared = 0
    __hash__ = int.__hash__

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return int(self) == other


class Asking:
    """Somebody who asks as the builder does."""

    def __init__(self, app: Flask, username: str) -> None:
        self.client: FlaskClient = app.test_client()
        assert sign_in(self.client, username) == 303
        self.token = token_of(self.client.get("/account/").text)

    def status(self, question: str, **asked: Any) -> int:
        return self.client.post(f"/rules/{question}", json=asked, headers={"X-CSRFToken": self.token}).status_code

    def ask(self, question: str, **asked: Any) -> Any:
        return self.client.post(f"/rules/{question}", json=asked, headers={"X-CSRFToken": self.token}).get_json()


@pytest.fixture
def carl(app: Flask) -> Asking:
    return Asking(app, "carl")


def test_every_capability_is_offered_with_its_words(carl: Asking) -> None:
    schema = carl.ask("schema", focus="appointment")
    assert {each["name"] for each in schema["facts"]} >= set(FACTS)
    assert {each["name"] for each in schema["records"]} == set(RECORDS)
    assert {each["name"] for each in schema["operators"]} == set(OPERATORS)
    assert all("%(" not in each["label"] for each in schema["facts"])
    in_focus = next(each for each in schema["facts"] if each["name"] == "focus")
    assert in_focus["facets"]["status"]["choices"]


def test_each_problem_is_told_with_its_place(carl: Asking) -> None:
    told = carl.ask("check", rule={"all": [{"field": "age", "is": "at_least", "value": "many"}]})
    assert told["sentence"] == ""
    assert told["problems"] == [{"where": "rule.all.0.value", "says": "Write a number", "severity": "error"}]


def test_a_right_rule_is_read_out(carl: Asking) -> None:
    told = carl.ask("check", rule=ADULT)
    assert told["problems"] == []
    assert "age is at least 18" in told["sentence"]


def test_conditions_on_a_focus_are_told_by_their_places(carl: Asking) -> None:
    wrong = {"all": [{"field": "nothing", "is": "is", "value": "x"}]}
    told = carl.ask("check", rule=wrong, record="appointment")
    assert [problem["where"] for problem in told["problems"]] == ["where.0.field"]


def test_a_segment_that_names_itself_is_told_so(carl: Asking) -> None:
    told = carl.ask("check", rule={"segment": "circular"}, slug="circular")
    assert "circle" in told["problems"][0]["says"]


def test_patients_are_counted_whole_and_by_condition(carl: Asking) -> None:
    counted = carl.ask("count", rule=ADULT)
    assert [each["where"] for each in counted["conditions"]] == ["rule.all.0"]
    assert counted["total"] == counted["conditions"][0]["count"]
    assert counted["milliseconds"] >= 0


@pytest.mark.parametrize("question", ["count", "sample"])
def test_a_wrong_rule_is_answered_with_its_problems(carl: Asking, question: str) -> None:
    assert carl.status(question, rule={"all": []}) == 422
    assert carl.ask(question, rule={"all": []})["problems"][0]["where"] == "rule.all"


def test_a_text_becomes_the_rule_it_says(carl: Asking) -> None:
    written = carl.ask("write", rule=ADULT)["text"]
    assert carl.ask("read", text=written, format="yaml")["rule"] == ADULT
    assert carl.ask("read", text='{"all": [{"field": "age", "is": "at_least", "value": 18}]}', format="json") == {
        "rule": ADULT,
        "problems": [],
    }


@pytest.mark.parametrize(
    ("form", "text", "line"),
    [
        ("json", '{"all":\n  [{]}', 2),
        ("json", '{"all": [], "all": []}', 1),
        ("json", '{"all": NaN}', 1),
        ("json", "[" * 100_000, 1),
        ("yaml", "all:\n  - field: age\n    field: age\n", 3),
        ("yaml", "all: &a\n  - *a\n", 1),
    ],
)
def test_a_text_that_cannot_be_read_says_in_which_line(carl: Asking, form: str, text: str, line: int) -> None:
    read = carl.ask("read", text=text, format=form)
    assert "rule" not in read
    assert read["problems"][0]["line"] == line


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_a_wrong_condition_of_a_text_says_its_line(carl: Asking, form: str) -> None:
    text = '{\n  "all": [\n    {\n      "field": "age",\n      "is": "at_least",\n      "value": "x"\n    }\n  ]\n}'
    read = carl.ask("read", text=text, format=form)
    assert [(problem["line"], problem["says"]) for problem in read["problems"]] == [(6, "Write a number")]


def test_bad_questions_are_turned_away(carl: Asking) -> None:
    headers = {"X-CSRFToken": carl.token}
    assert carl.client.post("/rules/check", data="{", headers=headers).status_code == 400
    assert carl.client.post("/rules/check", data="[1]", headers=headers).status_code == 400
    assert carl.client.post("/rules/check", data="[" * 50_000, headers=headers).status_code == 400
    too_large = carl.client.post("/rules/check", data="x" * (MOST_BYTES + 1), headers=headers)
    assert too_large.status_code == 413
    assert "larger than" in too_large.get_json()["problems"][0]["says"]
    assert carl.client.post("/rules/check", json={"rule": ADULT}).status_code == 400


def test_deep_and_long_rules_are_told_their_limits(carl: Asking) -> None:
    deep: Any = ADULT
    for _ in range(50):
        deep = {"all": [deep]}
    assert "nested deeper" in carl.ask("check", rule=deep)["problems"][0]["says"]
    codes = {"field": "language", "is": "one_of", "value": [str(number) for number in range(40_000)]}
    assert "at most 1000" in carl.ask("check", rule={"all": [codes]})["problems"][0]["says"]


@pytest.mark.parametrize(("who", "closed"), [("nina", QUESTIONS), ("ada", ("sample",)), ("carl", ())])
def test_each_role_is_answered_what_it_may_ask(app: Flask, who: str, closed: tuple[str, ...]) -> None:
    asking = Asking(app, who)
    statuses = {question: asking.status(question, rule=ADULT, text="{}") for question in QUESTIONS}
    assert statuses == {question: 403 if question in closed else 200 for question in QUESTIONS}


def test_the_builder_writes_what_the_form_reads(carl: Asking) -> None:
    new = {"csrf_token": carl.token, "slug": "by-builder", "name-en": "By the builder"}
    carl.client.post("/segments/new", data=new)
    page = carl.client.get("/segments/by-builder/").text
    assert "data-rule-builder" in page
    sent = {"csrf_token": carl.token, "row_version": "1", "name-en": "By the builder", "rule.shape": "written"}
    text = '{"all": [{"field": "age", "is": "at_least", "value": 18, "unknown": "counts"}]}'
    assert carl.client.post("/segments/by-builder/", data={**sent, "rule.json": text}).status_code == 303
    assert "age is at least 18" in carl.client.get("/segments/by-builder/").text

    half = {**sent, "row_version": "2", "rule.json": '{"all": [', "save": "1"}
    assert carl.client.post("/segments/by-builder/", data=half).status_code == 303
    assert "{&#34;all&#34;: [" in carl.client.get("/segments/by-builder/").text


def test_versions_are_compared_line_by_line(carl: Asking) -> None:
    carl.client.post("/segments/new", data={"csrf_token": carl.token, "slug": "grown", "name-en": "Grown"})
    sent = {"csrf_token": carl.token, "name-en": "Grown", "rule.shape": "written"}
    first = {**sent, "row_version": "1", "rule.json": '{"all": [{"field": "age", "is": "at_least", "value": 18}]}'}
    assert carl.client.post("/segments/grown/", data={**first, "publish": "1"}).status_code == 303
    page = carl.client.get("/segments/grown/").text
    version = re.findall(r'name="row_version" value="(\d+)"', page)[0]
    second = {**sent, "row_version": version, "rule.json": first["rule.json"].replace("18", "21")}
    assert carl.client.post("/segments/grown/", data=second).status_code == 303
    compared = carl.client.get("/segments/grown/compare").text
    assert re.search(r"<del>age is at least 18[^<]*</del>", compared)
    assert re.search(r"<ins>age is at least 21[^<]*</ins>", compared)
    assert carl.client.get("/segments/grown/compare?from=1&to=1").text.count("Both say the same.") == 2
    assert carl.client.get("/segments/grown/compare?from=7").status_code == 404


def test_what_names_a_segment_is_listed(carl: Asking) -> None:
    for slug in ("named", "naming"):
        carl.client.post("/segments/new", data={"csrf_token": carl.token, "slug": slug, "name-en": slug})
    sent = {"csrf_token": carl.token, "row_version": "1", "name-en": "naming", "rule.shape": "written"}
    carl.client.post("/segments/naming/", data={**sent, "rule.json": '{"all": [{"segment": "named"}]}'})
    page = carl.client.get("/segments/named/").text
    assert re.search(r'<a href="/segments/naming/">naming</a> <span class="muted">segment, draft</span>', page)


def test_every_text_of_the_builder_is_in_its_list() -> None:
    listed = (PROJECT / "app/base/builder_words.py").read_text()
    sources = (PROJECT / "app/islands/src/rules").glob("*.ts*")
    asked = {word for source in sources for word in re.findall(r'\bword\(\s*"([^"]+)"', source.read_text())}
    assert [word for word in sorted(asked) if f'N_("{word}")' not in listed] == []


def test_approved_numbers_stop_what_misses_them(carl: Asking) -> None:
    carl.client.post("/segments/new", data={"csrf_token": carl.token, "slug": "bounded", "name-en": "Bounded"})
    sent = {"csrf_token": carl.token, "name-en": "Bounded", "rule.shape": "written", "publish": "1"}
    rule = '{"all": [{"field": "age", "is": "at_least", "value": 18}]}'
    bounded = {**sent, "row_version": "1", "rule.json": rule, "expected-at_least": "5"}
    refused = carl.client.post("/segments/bounded/", data=bounded)
    assert refused.status_code == 422
    assert "at least 5 were approved" in refused.text
    version = re.findall(r'name="row_version" value="(\d+)"', refused.text)[0]
    free = {**bounded, "row_version": version, "expected-at_least": ""}
    assert carl.client.post("/segments/bounded/", data=free).status_code == 303


def test_what_is_unusual_is_asked_before_it_comes_into_force(carl: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    carl.client.post("/segments/new", data={"csrf_token": carl.token, "slug": "odd", "name-en": "Odd"})
    grown = [Problem("growth", "Many more than before", {}, "warning")]
    monkeypatch.setattr(publish_module, "count_problems", lambda *_given: grown)
    sent = {"csrf_token": carl.token, "row_version": "1", "name-en": "Odd", "rule.shape": "written", "publish": "1"}
    rule = '{"all": [{"field": "age", "is": "at_least", "value": 18}]}'
    asked = carl.client.post("/segments/odd/", data={**sent, "rule.json": rule})
    assert asked.status_code == 422
    assert "Many more than before" in asked.text
    assert "Publish all the same" in asked.text
    version = re.findall(r'name="row_version" value="(\d+)"', asked.text)[0]
    confirmed = {**sent, "rule.json": rule, "row_version": version, "publish": "confirmed"}
    assert carl.client.post("/segments/odd/", data=confirmed).status_code == 303


@pytest.mark.parametrize("asked", [{}, {"record": "appointment"}])
def test_a_rule_too_deep_to_be_walked_is_refused(carl: Asking, asked: dict[str, Any]) -> None:
    rule: Any = ADULT
    for _ in range(450):
        rule = {"all": [rule]}
    assert carl.status("write", rule=rule) == 422
    assert "nested deeper than 8 levels" in carl.ask("write", rule=rule)["problems"][0]["says"]
    assert carl.ask("check", rule=rule, **asked)["problems"]


def test_a_text_of_many_keys_is_read_once() -> None:
    pairs = [(Counted(number), number) for number in range(2_000)]
    Counted.compared = 0
    with pytest.raises(Repeated, match="1999 is written twice"):
        each_once([*pairs, (Counted(1_999), 0)])
    assert Counted.compared < 10_000
