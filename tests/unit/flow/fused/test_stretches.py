"""Which steps become one statement, and where the compiler cuts."""

from typing import Any

import pytest
from sqlalchemy import true

from journeys.criteria.custom.facts import FieldInRules
from journeys.criteria.known import Known
from journeys.flow.fused import stretches
from journeys.flow.running.relation import rows_where
from journeys.flow.running.versions import PublishedJourney
from journeys.flow.text.catalogue import Defaults
from journeys.flow.text.definition import read
from tests.make import an_act
from tests.unit.criteria.custom.made import a_field
from tests.unit.flow.clinic import a_journey, a_step, say

SPANISH = {"field": "language", "is": "is", "value": "es"}
IN_ACCESS = {"happened": "enrolment", "where": [{"field": "stage", "is": "is", "value": "access"}]}
WAITS = a_step("wait", "end", for_={"days": 1})
END = a_step("end")


def a_branch(rule: dict[str, Any], so: str, otherwise: str, **more: Any) -> Any:
    return a_step("branch", {"so": so, "otherwise": otherwise}, branches=[{"port": "so", "rule": rule}], **more)


def send(target: str, **more: Any) -> Any:
    return a_step("send_message", target, template="hello", **more)


def call(target: str) -> Any:
    outcomes = [{"code": "reached", "name": say("Reached")}]
    ways = {"reached": target, "cancelled": target}
    return a_step("task", ways, queue="recall", title=say("Call"), outcomes=outcomes)


def moved_to_kolkata(target: str) -> Any:
    return a_step("update", target, field="time_zone", value="Asia/Kolkata")


def marked(target: str) -> Any:
    return a_step("update", target, field="custom.mood", value="never")


def fused(steps: dict[str, Any], start: str | None = None, **head: Any) -> list[str] | None:
    """The steps of the stretch from one of them, the first if none is named."""
    journey = read(a_journey(steps, **head))
    pins = {("template", "hello"): 1}
    known = Known(custom={"mood": FieldInRules(a_field("choice"))})
    version = PublishedJourney(1, 1, "test", journey, pins, known, {})
    rows = rows_where(an_act(), Defaults(), version, true())
    found = stretches.stretch_from(version, start or journey.head.start, rows)
    return None if found is None else [node.id for node in found.nodes]


def test_the_reference_journey_is_one_statement():
    steps = {
        "wait": a_step("wait", "choose", for_={"days": 1}),
        "choose": a_branch(SPANISH, "send", "end"),
        "send": send("end"),
        "end": END,
    }
    assert fused(steps) == ["wait", "choose", "send", "end"]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ({"one": send("two"), "two": send("end"), "end": END}, ["one"]),
        ({"zone": moved_to_kolkata("morning"), "morning": WAITS, "end": END}, None),
        ({"one": send("zone"), "zone": moved_to_kolkata("morning"), "morning": WAITS, "end": END}, ["one"]),
        ({"zone": moved_to_kolkata("end"), "end": END}, ["zone"]),
        ({"one": a_step("update", "two", field="language", value="es"), "two": send("end"), "end": END}, ["one"]),
        ({"mark": marked("ask"), "ask": a_branch(SPANISH, "end", "end"), "end": END}, None),
        ({"ask": a_branch(SPANISH, "mark", "end"), "mark": marked("end"), "end": END}, ["ask", "end"]),
        ({"one": send("two"), "two": a_branch(SPANISH, "end", "end"), "end": END}, ["one"]),
        ({"one": a_branch(SPANISH, "two", "end"), "two": call("end"), "end": END}, ["one", "end"]),
        ({"one": send("wait"), "wait": WAITS, "end": END}, ["one"]),
        ({"one": call("end"), "end": END}, None),
    ],
    ids=[
        "two sends",
        "a change of who waits",
        "the same after a send",
        "a change of who ends",
        "update then send",
        "a custom field first",
        "a custom field",
        "send then branch",
        "a task",
        "a wait",
        "a task first",
    ],
)
def test_it_cuts(steps, expected):
    assert fused(steps) == expected


def test_a_step_reached_by_two_ways_of_which_one_wrote_is_cut_for_both():
    steps = {
        "choose": a_branch(SPANISH, "one", "two"),
        "one": send("two"),
        "two": send("end"),
        "end": END,
    }
    assert fused(steps) == ["choose", "one"]


def test_ways_that_meet_go_on_together():
    steps = {"choose": a_branch(SPANISH, "again", "send"), "again": a_branch(SPANISH, "send", "end")}
    assert fused({**steps, "send": send("end"), "end": END}) == ["choose", "again", "send", "end"]


def test_it_cuts_before_a_step_whose_rule_asks_for_the_stage_that_was_just_reached():
    choose = {"choose": a_branch(SPANISH, "ask", "end"), "end": END}
    assert fused({**choose, "ask": a_branch(IN_ACCESS, "end", "end")}) == ["choose", "ask", "end"]
    assert fused({**choose, "ask": a_branch(IN_ACCESS, "end", "end", stage="access")}) == ["choose", "end"]
    assert fused({**choose, "ask": a_branch(SPANISH, "end", "end", stage="access")}) == ["choose", "ask", "end"]


def test_goals_by_rule_are_looked_at_after_every_step_that_writes():
    steps = {"choose": a_branch(SPANISH, "send", "end"), "send": send("end"), "end": END}
    assert fused(steps) == ["choose", "send", "end"]
    goal = {"name": say("Goal"), "rule": SPANISH}
    assert fused(steps, goals=[goal]) == ["choose", "send"]
    happened = {"name": say("Goal"), "event": "observation.recorded"}
    assert fused(steps, goals=[happened]) == ["choose", "send", "end"]


def test_a_way_back_ends_the_stretch():
    steps = {
        "wait": a_step("wait", "choose", for_={"days": 1}),
        "choose": a_branch(SPANISH, "wait", "end"),
        "end": END,
    }
    assert fused(steps) == ["wait", "choose", "end"]
    assert fused(steps, start="choose") == ["choose", "end"]


def test_a_long_way_is_more_than_one_statement():
    many = stretches.MOST_NODES + 5
    steps = {f"s{place}": a_branch(SPANISH, f"s{place + 1}", f"s{place + 1}") for place in range(many)}
    found = fused({**steps, f"s{many}": END})
    assert found is not None
    assert len(found) == stretches.MOST_NODES
