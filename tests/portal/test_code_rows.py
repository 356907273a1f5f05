"""Channels, answers, reasons and codes of steps are rows: chosen or typed, in an order, each with what it is called."""

import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import Form

from app.base.rows_field import RowsField
from journeys.foundation.acting import EVERYWHERE, Act, act
from journeys.store.putting_in_force.save_draft import save_draft
from tests.make import NOON
from tests.portal.test_designer import Designing

SEND: Any = {
    "type": "send_message",
    "name": {"en": "Write"},
    "config": {"template": "t", "channels": ["sms", "pigeon"]},
}
WAIT: Any = {"type": "wait", "name": {"en": "Wait"}, "config": {"answers": ["confirm", "odd"], "timeout": {"days": 2}}}
NAMED = {"name-en": "Wait", "config-timeout-days": "2"}


@pytest.fixture
def carl(app: Flask) -> Designing:
    return Designing(app, "carl")


def rows(html: str, name: str) -> list[str]:
    """What stands in the controls of one list, in their order, without the row that the script adds."""
    drawn = html.split(f'data-rows="{name}"')[1].split("<template>")[0]
    typed = re.findall(r'<input type="text"[^>]* value="([^"]*)"', drawn)
    return typed or re.findall(r'<option value="([^"]*)" selected>', drawn)


def names(html: str, name: str) -> list[str]:
    drawn = html.split(f'data-rows="{name}"')[1].split("<template>")[0]
    return re.findall(r'<output class="code-row-name" dir="auto">([^<]*)</output>', drawn)


def test_channels_are_chosen_from_those_there_are_in_their_order(carl: Designing) -> None:
    html = carl.form("panel", SEND)["html"]
    assert rows(html, "config-channels") == ["sms", "pigeon"]
    offered = re.findall(r'<option value="([^"]*)"', html.split("<template>")[1].split("</template>")[0])
    assert offered[:3] == ["", "preferred", "sms"]
    assert "pigeon" not in offered
    assert '<option value="pigeon" selected>pigeon (no longer there)</option>' in html
    assert '<option value="preferred">the preferred channel</option>' in html


def test_answers_stand_beside_what_they_are_called(carl: Designing) -> None:
    html = carl.form("panel", WAIT)["html"]
    assert rows(html, "config-answers") == ["confirm", "odd"]
    assert names(html, "config-answers") == ["confirms", ""]
    assert '<option value="decline" label="declines">' in html


def test_what_is_typed_becomes_the_list_in_its_order(carl: Designing) -> None:
    typed = {**NAMED, "config-answers": ["decline", "", " confirm ", "a\nb"]}
    value = carl.form("typed", WAIT, **typed)["value"]
    assert value["config"]["answers"] == ["decline", "confirm", "a", "b"]
    assert "answers" not in carl.form("typed", WAIT, **NAMED, **{"config-answers": ""})["value"]["config"]


@pytest.mark.parametrize(
    ("button", "left", "focused"),
    [
        ("up:config-answers:2", ["decline", "confirm", "other-day"], "config-answers"),
        ("down:config-answers:1", ["decline", "confirm", "other-day"], "config-answers-2"),
        ("up:config-answers:1", ["confirm", "decline", "other-day"], ""),
        ("down:config-answers:3", ["confirm", "decline", "other-day"], ""),
        ("remove:config-answers:2", ["confirm", "other-day"], "config-answers-2"),
        ("remove:config-answers:3", ["confirm", "decline"], "config-answers-2"),
        ("remove:config-answers:9", ["confirm", "decline", "other-day"], ""),
        ("add:config-answers", ["confirm", "decline", "other-day", ""], "config-answers-4"),
    ],
)
def test_buttons_work_without_scripts(carl: Designing, button: str, left: list[str], focused: str) -> None:
    typed = {**NAMED, "config-answers": ["confirm", "decline", "other-day"], button: "1"}
    answer = carl.form("typed", WAIT, **typed)
    assert answer["value"]["config"]["answers"] == [each for each in left if each]
    assert rows(answer["html"], "config-answers") == left
    found = re.findall(r'id="([^"]*)"[^>]* autofocus', answer["html"])
    assert found == ([focused] if focused else [])


def test_a_problem_stands_at_its_row(app: Flask, carl: Designing) -> None:
    steps = {"write": {**SEND, "config": {**SEND["config"], "channels": ["sms", "sms"]}, "next": {}}}
    content = {"format": 1, "name": {"en": "Rows"}, "entry": {"chosen": True}, "start": "write", "steps": steps}
    act(
        app.extensions["house"],
        Act(NOON, "user:carl", EVERYWHERE),
        save_draft,
        "journey",
        "rows",
        {"en": "Rows"},
        content,
    )
    page = carl.client.get("/journeys/rows/steps/write/").text
    assert re.search(r'id="config-channels-2-fault">.*?Each channel at most once', page, re.S)
    assert re.search(
        r'<select[^>]*id="config-channels-2"[^>]*aria-invalid="true" aria-describedby="config-channels-2-fault"', page
    )


def test_a_problem_is_counted_by_the_rows_that_hold_something() -> None:
    class Answers(Form):
        answers = RowsField(choices=list, is_closed=False)

    field = Answers(MultiDict([("answers", "confirm"), ("answers", ""), ("answers", "confirm")])).answers
    field.refuse("config.answers.1", "twice")
    assert [row.faults for row in field.rows] == [(), (), ("twice",)]
    field.refuse("config.answers.2", "of no row")
    assert field.errors == ["of no row"]


def test_a_template_offers_its_own_answers(app: Flask, carl: Designing) -> None:
    ask = {"type": "ask", "config": {"template": "recall-first", "answer": "choice", "question": "q"}}
    html = carl.form("panel", ask)["html"]
    known = html.split('<datalist id="config-choices-known">')[1].split("</datalist>")[0]
    assert '<option value="confirm" label="confirms">' in known
