"""The rule editor loses nothing: a rule that is drawn and sent back unchanged is the same rule."""

from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask, render_template_string

from app.rules import changing, drawing
from app.rules.field import words
from app.rules.reading import rule_of, typed_of, where_of
from journeys.foundation.errors import Problem

EDITOR = '{% import "rules/editor.html" as rules with context %}{{ rules.editor(root) }}'

RULES: list[Any] = [
    {"all": [{"field": "age", "is": "at_least", "value": 18}]},
    {"any": [{"field": "age", "is": "between", "value": [18, 65]}, {"field": "birth_date", "is": "unknown"}]},
    {"none": [{"field": "language", "is": "one_of", "value": ["es", "pt"]}]},
    {"all": [{"field": "gender", "is": "is", "value": "female"}, {"segment": "bp-at-risk"}]},
    {"all": [{"field": "consent", "of": {"purpose": "care", "channel": "sms"}, "is": "true"}]},
    {"all": [{"field": "birth_date", "is": "before", "value": {"date": "1990-01-31"}}]},
    {"all": [{"field": "birth_date", "is": "after", "value": {"now": True, "plus": {"years": -65}}}]},
    {
        "all": [
            {
                "happened": "appointment",
                "where": [{"field": "status", "is": "one_of", "value": ["pending", "booked"]}],
                "count": {"exactly": 0},
                "window": {"next": {"days": 58}},
            },
            {"any": [{"none": [{"field": "age", "is": "at_most", "value": 40}]}]},
        ]
    },
    {
        "happened": "observation",
        "where": [
            {"field": "code", "is": "is", "value": "8480-6"},
            {"field": "value", "is": "at_least", "value": 160},
        ],
        "count": {"at_least": 2},
        "window": {"between": [{"now": True, "plus": {"months": -6}}, {"now": True}]},
    },
    {"all": [{"field": "no-such-field", "is": "is", "value": "kept"}]},
    {"all": [{"field": "age", "is": "no-such-comparison", "value": "kept"}]},
    {"all": ["not a rule at all"]},
    {"all": [{"happened": "appointment", "count": {"at_least": 1, "at_most": 3}}]},
    {"all": [{"field": "age", "is": "at_least", "value": 18, "unknown": "counts"}]},
    {"all": [{"field": "birth_date", "is": "before", "value": {"field": "custom.lmp", "plus": {"days": 1}}}]},
    {"happened": "observation", "last_of": [], "where": [{"field": "code", "is": "is", "value": "4548-4"}]},
    {
        "happened": "observation",
        "where": [{"field": "value", "is": "at_least", "value": {"number": 9, "unit": "%"}}],
        "count": {"at_least": 1},
    },
    {
        "happened": "condition",
        "where": [{"field": "code", "is": "in_value_set", "value": "diabetes"}],
        "count": {"exactly": 0},
    },
    {"happened": "procedure", "also": [{"none": [{"happened": "appointment", "window": {"after": {"days": 14}}}]}]},
    {"happened": "task", "window": {"between": [{"field": "birth_date"}, {"now": True}]}},
    {"all": [{"field": "random_number", "of": {"name": "trial"}, "is": "less_than", "value": 10}]},
]


class Controls(HTMLParser):
    """What a browser would send of a page: named inputs, chosen options, texts."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self.selecting: str | None = None
        self.first: str | None = None
        self.chosen: str | None = None
        self.writing: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name = found.get("name")
        if tag == "input" and name and (found.get("type") != "checkbox" or "checked" in found):
            self.sent.append((name, found.get("value") or ""))
        elif tag == "select":
            self.selecting, self.first, self.chosen = name, None, None
        elif tag == "option" and self.selecting:
            value = found.get("value") or ""
            self.first = value if self.first is None else self.first
            self.chosen = value if "selected" in found else self.chosen
        elif tag == "textarea":
            self.writing = name
            self.sent.append((name or "", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self.selecting:
            self.sent.append((self.selecting, self.chosen if self.chosen is not None else self.first or ""))
            self.selecting = None
        elif tag == "textarea":
            self.writing = None

    def handle_data(self, data: str) -> None:
        if self.writing:
            name, text = self.sent[-1]
            self.sent[-1] = (name, text + data)


def sent_back(app: Flask, root: drawing.Node) -> dict[str, str]:
    """What the form sends when nobody touches it."""
    with app.test_request_context("/"):
        page = render_template_string(EDITOR, root=root, **words([("bp-at-risk", "At risk")]))
    controls = Controls()
    controls.feed(page)
    return typed_of(controls.sent)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_that_nobody_touches_comes_back_as_it_was(app: Flask, rule: Any) -> None:
    assert rule_of(sent_back(app, drawing.root(rule))) == rule


def test_conditions_of_a_focus_come_back_as_they_were(app: Flask) -> None:
    where = [
        {"field": "code", "is": "is", "value": "75367002"},
        {"field": "due_on", "is": "between", "value": [{"now": True}, {"now": True, "plus": {"days": 28}}]},
    ]
    typed = sent_back(app, drawing.conditions("care_plan_activity", where, "focus"))
    assert where_of(typed, "care_plan_activity", "focus") == where


def test_buttons_add_and_remove_parts() -> None:
    rule = {"all": [{"segment": "one"}, {"any": [{"segment": "two"}]}]}
    assert changing.changed(rule, "remove:rule.0") == {"all": [{"any": [{"segment": "two"}]}]}
    assert changing.changed(rule, "segment:rule.1")["all"][1] == {"any": [{"segment": "two"}, {"segment": ""}]}
    assert changing.changed(rule, "condition:rule")["all"][2]["field"] == "age"
    assert changing.changed(rule, "remove:rule.9") == rule
    assert changing.changed(rule, "nonsense") == rule


def test_buttons_reach_the_conditions_of_something_that_happened() -> None:
    rule = {"all": [{"happened": "appointment"}]}
    added = changing.changed(rule, "where:rule.0")
    assert len(added["all"][0]["where"]) == 1
    assert changing.changed(added, "remove:rule.0.where.0") == {"all": [{"happened": "appointment", "where": []}]}


def test_a_problem_stands_at_the_innermost_part_it_is_about() -> None:
    rule = {"all": [{"any": [{"field": "age", "is": "at_least", "value": "x"}]}]}
    root = drawing.root(rule, [Problem("rule.all.0.any.0.value", "Write a number"), Problem("rule.all", "Too few")])
    assert [problem.says for problem in root.parts[0].parts[0].problems] == ["Write a number"]
    assert [problem.says for problem in root.problems] == ["Too few"]
