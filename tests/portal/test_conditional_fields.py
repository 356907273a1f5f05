"""Fields that are asked only for some values of another one say so to the script that hides them."""

import json
import re

import pytest
from flask import Flask

from config import PROJECT
from journeys.flow.steps import STEPS
from tests.portal.test_designer import Designing

ASK = {"type": "ask", "config": {"answer": "number", "timeout": {"days": 1}}}
HEAD = {"entry": {"segment": "everyone"}, "reentry": {"allowed": "never"}}


@pytest.fixture
def carl(app: Flask) -> Designing:
    return Designing(app, "carl")


def conditions(html: str) -> dict[str, str]:
    """The control that decides and its values, by the first control that hangs on it."""
    found = re.findall(r'data-only-for="([^"]+)" data-only-values="([^"]*)">.*?(?:id|name)="([^"]+)"', html, re.S)
    return {inside: f"{control}={values}" for control, values, inside in found}


def test_choices_and_numbers_are_asked_for_their_kind_of_answer(carl: Designing) -> None:
    html = carl.form("panel", ASK)["html"]
    found = conditions(html)
    assert found["config-choices-hint"] == "config-answer=choice"
    assert found["config-least-hint"] == "config-answer=number"
    assert 'id="config-answer"' in html


def test_parts_of_the_head_name_the_control_beside_them(carl: Designing) -> None:
    data = {"designer-given": json.dumps(HEAD), "designer-head": "1"}
    html = carl.post("panel", data=data).get_json()["html"]
    deciding = set(re.findall(r'data-only-for="([^"]+)"', html))
    assert deciding == {"entry-event", "reentry-allowed"}
    assert all(f'id="{control}"' in html for control in deciding)


def test_a_length_of_time_stands_in_one_row(carl: Designing) -> None:
    html = carl.form("panel", ASK)["html"]
    row = re.search(r'fields--numbers">(.*?)</fieldset>', html, re.S)
    assert row
    assert re.findall(r"<label[^>]*>([^<]+)</label>", row[1]) == ["Days", "Hours", "Weeks", "Minutes"]


def test_every_step_has_a_picture() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (PROJECT / "app/static/icons.svg").read_text()))
    assert {kind.icon for kind in STEPS.values()} <= drawn
