"""The form of the step `update`: each field is filled in by its own control, and the journey keeps it as text."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from tests.portal.custom_house import EVERYBODY, STAFF, put_in_force, withdraw
from tests.portal.test_designer import Designing

OPEN = {**STAFF, "journeys": True}
CHOICES = [{"code": "good", "name": {"en": "Well", "es": "Bien"}}, {"code": "bad", "name": {"en": "Badly"}}]
TYPED = {"name-en": "Mark"}


FIELDS: dict[str, Any] = {
    "us-mood": {"type": "choice", "choices": CHOICES, "edit": OPEN},
    "us-tags": {"type": "many-choices", "choices": CHOICES, "edit": OPEN},
    "us-called": {"type": "yes-no", "edit": OPEN},
    "us-steps": {"type": "number", "unit": "km", "edit": OPEN},
    "us-day": {"type": "date", "edit": OPEN},
    "us-closed": {"type": "yes-no", "see": EVERYBODY},
    "us-ride": {"type": "yes-no", "on": "appointment", "edit": OPEN},
}


@pytest.fixture(scope="module")
def clinic(app: Flask) -> Iterator[Flask]:
    """Fields that journeys may change, and one that they may not."""
    for slug, more in FIELDS.items():
        put_in_force(app, slug, **more)
    yield app
    for slug in FIELDS:
        withdraw(app, slug)


@pytest.fixture
def carl(clinic: Flask) -> Designing:
    return Designing(clinic, "carl")


def step(**config: Any) -> dict[str, Any]:
    return {"type": "update", "name": {"en": "Mark"}, "config": config}


def typed(carl: Designing, **controls: Any) -> Any:
    return carl.form("typed", step(), **TYPED, **{f"config-{name}": value for name, value in controls.items()})


def test_only_fields_that_are_open_to_journeys_are_offered(carl: Designing) -> None:
    drawn = carl.form("panel", step())["html"]
    offered = {slug for slug in ("us-mood", "us-tags", "us-closed", "us-ride") if f'value="custom.{slug}"' in drawn}
    assert offered == {"us-mood", "us-tags"}
    assert 'value="payer_class"' in drawn
    assert 'value="custom.us-ride"' in carl.form("panel", step(), **{"designer-focus": "appointment"})["html"]


CONTROLS = {
    "a choice": ({"field": "custom.us-mood", "value": "good"}, '<option value="good" selected>Well</option>'),
    "several choices": (
        {"field": "custom.us-tags", "action": "add", "value": "bad"},
        '<input checked id="config-value-1" name="config-value" type="checkbox" value="bad">',
    ),
    "yes or no": ({"field": "custom.us-called", "value": "yes"}, '<option value="yes" selected>Yes</option>'),
    "a number": ({"field": "custom.us-steps", "value": "3.5"}, 'inputmode="decimal"'),
    "a date": ({"field": "custom.us-day", "value": "2026-05-01"}, 'type="date"'),
    "a fact": ({"field": "payer_class", "value": "insured"}, '<option value="insured" selected>'),
    "what does not fit the field": ({"field": "custom.us-mood", "value": "splendid"}, "splendid"),
}


@pytest.mark.parametrize(("config", "drawn"), CONTROLS.values(), ids=CONTROLS)
def test_a_value_is_shown_in_the_control_of_its_field(carl: Designing, config: Any, drawn: str) -> None:
    html = carl.form("panel", step(**config))["html"]
    assert drawn in html[html.index("data-redraws") :]


@pytest.mark.parametrize("action", ["clear", "today"])
def test_nothing_is_asked_where_nothing_is_written(carl: Designing, action: str) -> None:
    html = carl.form("panel", step(field="custom.us-day", action=action))["html"]
    assert "config-value" not in html
    # what draws the form again is there all the same
    assert "data-redraw " in html


WRITTEN = {
    "a choice": ({"field_": "custom.us-mood", "value": "good"}, {"value": "good"}),
    "several choices": ({"field_": "custom.us-tags", "value": ["good", "bad"]}, {"value": "good, bad"}),
    "yes or no": ({"field_": "custom.us-called", "value": "no"}, {"value": "no"}),
    "a number": ({"field_": "custom.us-steps", "value": "3,5"}, {"value": "3.5"}),
    "a date": ({"field_": "custom.us-day", "value": "2026-05-01"}, {"value": "2026-05-01"}),
    "a fact": ({"field_": "language", "value": "es"}, {"value": "es"}),
    "nothing": ({"field_": "custom.us-mood", "action": "clear", "value": "good"}, {"action": "clear"}),
    "a counted day": (
        {"field_": "custom.us-day", "action": "today", "days": "-3"},
        {"action": "today", "days": -3},
    ),
}


@pytest.mark.parametrize(("controls", "config"), WRITTEN.values(), ids=WRITTEN)
def test_what_is_typed_is_kept_as_text(carl: Designing, controls: Any, config: Any) -> None:
    answer = typed(carl, **{"action": "set", **controls})
    assert answer["value"]["config"] == {"field": controls["field_"], **config}
    assert (answer["ways"], answer["faults"]) == (["next"], [])


def test_what_cannot_be_read_is_said_at_the_value(carl: Designing) -> None:
    answer = typed(carl, field_="custom.us-steps", action="set", value="many")
    assert [each["id"] for each in answer["faults"]] == ["config-value"]
    assert answer["value"]["config"]["value"] == "many"


def test_another_field_gets_its_own_control_at_once(carl: Designing) -> None:
    controls = {"config-field_": "custom.us-steps", "config-action": "set", "config-value": "good"}
    answer = carl.form("typed", step(), **TYPED, **controls, **{"change-rule": "redraw"})
    assert 'inputmode="decimal"' in answer["html"]
    assert (answer["faults"], answer["value"]["config"]) == ([], {"field": "custom.us-steps"})


def test_a_field_that_is_closed_is_a_problem_at_its_place(carl: Designing) -> None:
    end = {"type": "end", "name": {"en": "End"}, "config": {"reason": "finished"}}
    config = {"field": "custom.us-closed", "value": "yes"}
    mark = {"type": "update", "name": {"en": "Mark"}, "config": config, "next": {"next": "end"}}
    content = {
        "format": 1,
        "name": {"en": "Short"},
        "entry": {"event": "patient.created"},
        "start": "mark",
        "steps": {"mark": mark, "end": end},
    }
    told = carl.ask("judge", content=content)
    says = {each["where"]: each["says"] for each in told["problems"]}
    assert "Us-closed" in says["steps.mark.config.field"]
    assert told["steps"]["mark"]["sentence"] == "Set “Us-closed” to yes"
