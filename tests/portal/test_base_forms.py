"""Forms built from dataclasses: every kind of value, what is wrong at its place, nothing lost."""

import datetime as dt
import enum
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from flask import Flask

from app.base.forms import ShapeForm, form_for
from journeys.flow.steps.wait import Wait
from journeys.foundation.errors import Problem


class Colour(enum.Enum):
    RED = "red"
    GREEN = "green"


@dataclass(frozen=True)
class Limit:
    days: int
    reason: str = ""


@dataclass(frozen=True)
class Everything:
    title: str
    count: int
    note: str | None = None
    due: dt.date | None = None
    at: dt.time | None = None
    after: dt.timedelta | None = None
    is_urgent: bool = False
    level: Literal["low", "high"] = "low"
    colour: Colour | None = None
    colours: tuple[Colour, ...] = ()
    words: tuple[str, ...] = ()
    texts: dict[str, str] = field(default_factory=dict)
    rule: dict[str, Any] | None = None
    limit: Limit | None = None
    limits: tuple[Limit, ...] = ()
    place: int | None = field(default=None, metadata={"choices": [(7, "North"), (9, "South")]})


WHOLE = Everything(
    title="Call",
    count=3,
    note="soon",
    due=dt.date(2026, 11, 24),
    at=dt.time(9, 30),
    after=dt.timedelta(hours=36),
    is_urgent=True,
    level="high",
    colour=Colour.GREEN,
    colours=(Colour.RED, Colour.GREEN),
    words=("confirm", "decline"),
    texts={"en": "Hello", "es": "Hola"},
    rule={"all": [{"field": "age"}]},
    limit=Limit(3, "x"),
    limits=(Limit(1), Limit(2, "y")),
    place=9,
)


@pytest.fixture(autouse=True)
def without_tokens(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = False
    yield
    app.config["WTF_CSRF_ENABLED"] = True


def sent(app: Flask, shape: type, data: dict[str, Any]) -> tuple[ShapeForm, bool]:
    with app.test_request_context("/", method="POST", data=data):
        form = form_for(shape)
        return form, form.is_accepted()


def as_typed(form: Any) -> dict[str, Any]:
    """What a browser sends back of a form that was only looked at."""
    typed: dict[str, Any] = {}
    for one in form:
        if hasattr(one, "entries") and not hasattr(one, "form"):
            for entry in one.entries:
                typed |= as_typed(entry.form)
        elif hasattr(one, "form"):
            typed |= as_typed(one.form)
        elif one.type == "SwitchField":
            typed |= {one.name: "y"} if one.data else {}
        elif one.type == "DurationField":
            typed[one.name] = list(one.typed)
        elif one.type in {"OneOfField", "SomeOfField"}:
            typed[one.name] = one.data
        else:
            typed[one.name] = one._value()
    return typed


def test_a_form_that_is_sent_back_untouched_gives_the_same_value(app: Flask) -> None:
    with app.test_request_context("/"):
        typed = as_typed(form_for(Everything, WHOLE))
    with app.test_request_context("/", method="POST", data=typed):
        form = form_for(Everything)
        assert form.is_accepted(), form.faults
        assert form.value() == WHOLE


def test_what_may_be_empty_is_none_and_what_may_not_is_said(app: Flask) -> None:
    with app.test_request_context("/", method="POST", data={"title": "a", "count": "1", "level": "low"}):
        form = form_for(Everything)
        assert form.is_accepted(), form.faults
        assert form.value() == Everything("a", 1)
    form, accepted = sent(app, Everything, {"title": "  ", "level": "low"})
    assert not accepted
    assert [(id, says) for id, _, says in form.faults] == [("title", "This is needed."), ("count", "This is needed.")]


def test_wrong_values_are_said_in_plain_words_and_stay_as_typed(app: Flask) -> None:
    wrong = {
        "title": "a",
        "count": "three",
        "due": "24.11.",
        "at": "25:61",
        "after": ["x", "days"],
        "level": "highest",
        "colours": "blue",
        "rule": "{",
        "limit-reason": "without days",
        "limits-0-days": "-",
    }
    with app.test_request_context("/", method="POST", data=wrong):
        form = form_for(Everything)
        assert not form.is_accepted()
        assert [id for id, _, _ in form.faults] == [
            "count",
            "due",
            "at",
            "after",
            "level",
            "colours",
            "rule",
            "limit-days",
            "limits-0-days",
        ]
        assert all("Error" not in says and "Not a valid" not in says for _, _, says in form.faults)
        for name in ("count", "due", "at"):
            assert wrong[name] in str(form[name]())
        assert 'value="x"' in str(form["after"]())


def test_problems_of_the_engine_stand_at_their_field(app: Flask) -> None:
    with app.test_request_context("/", method="POST", data=as_typed_minimum()):
        form = form_for(Everything)
        assert form.is_accepted()
        form.refuse(
            [
                Problem("steps.a.config.limits.0.days", "At most %(most)s.", {"most": 9}),
                Problem("steps.a.config.texts.es", "Too long."),
                Problem("steps.a.config", "Leads nowhere."),
                Problem("steps.a.config.unknown", "Not known."),
            ],
            under="steps.a.config",
        )
        assert form.faults == [
            ("texts-es", "Texts, Español", "Too long."),
            ("limits-0-days", "Limits 1, Days", "At most 9."),
        ]
        assert form.elsewhere == ["Leads nowhere.", "Not known."]
        assert form.status == 422


def as_typed_minimum() -> dict[str, str]:
    return {"title": "a", "count": "1", "level": "low", "limits-0-days": "4"}


def test_a_problem_finds_a_field_that_definitions_call_by_another_name(app: Flask) -> None:
    with app.test_request_context("/", method="POST", data={"for_-days": "2"}):
        form = form_for(Wait)
        assert form.is_accepted(), form.faults
        assert form.value().for_.days == 2
        assert form.value().until is None
        form.refuse([Problem("for.days", "Too long.")])
        assert form.faults[0][0] == "for_-days"


def test_entries_are_added_and_removed_without_losing_what_was_typed(app: Flask) -> None:
    typed = {"title": "kept", "limits-0-days": "1", "limits-1-days": "2", "limits-2-days": "3"}
    with app.test_request_context("/", method="POST", data={**typed, "add:limits": "1"}):
        form = form_for(Everything)
        assert not form.is_accepted()
        assert form.faults == []
        assert [entry.form["days"].data for entry in form["limits"].entries] == [1, 2, 3, None]
        assert form["title"].data == "kept"
    with app.test_request_context("/", method="POST", data={**typed, "remove:limits:1": "1"}):
        form = form_for(Everything)
        assert not form.is_accepted()
        assert [entry.form["days"].data for entry in form["limits"].entries] == [1, 3]


def test_a_choice_that_is_gone_stays_visible_and_is_refused(app: Flask) -> None:
    with app.test_request_context("/"):
        assert "no longer there" in str(form_for(Everything, Everything("a", 1, place=8))["place"]())
    form, accepted = sent(app, Everything, {"title": "a", "count": "1", "level": "low", "place": "8"})
    assert not accepted
    assert form.faults[0][0] == "place"
