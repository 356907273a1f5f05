"""What is wrong with a safety clock is said at its place; whatever is given, nothing is raised."""

from typing import Any

import pytest

from journeys.flow.packs.folder import read_folder
from journeys.foundation.errors import Invalid
from journeys.work.clocks.check import clock_problems
from journeys.work.clocks.clock import clock_of
from journeys.work.clocks.entities import ENTITIES
from journeys.work.clocks.limits import Limit
from journeys.work.clocks.publish_clock import publish_clock
from launcher.packs import PACKS
from tests.unit.work.watching import RESULT, SENT, STILL, watch

QUEUES = ["recall", "nurse"]
AHEAD = {**SENT, "entity": "appointment", "state": "unconfirmed", "limit": {"hours": 24}}
WRONG: dict[str, tuple[Any, list[str]]] = {
    "no map": ([], [": Write named values"]),
    "an unknown key": ({**SENT, "lmit": 1}, ["lmit: "]),
    "another format": ({**SENT, "format": 2}, ["format: The format must be 1"]),
    "no name": ({**SENT, "name": {}}, ["name: "]),
    "an unknown entity": ({**SENT, "entity": "horse"}, ["entity: Choose one of: appointment, "]),
    "an entity that is no word": ({**SENT, "entity": ["task"]}, ["entity: "]),
    "an unknown state": ({**SENT, "state": "lost"}, ["state: Choose one of: draft, sent, "]),
    "no limit": ({**SENT, "limit": None}, ["limit: Give exactly one of: minutes, hours, days, working_days, "]),
    "two units": ({**SENT, "limit": {"days": 1, "hours": 1}}, ["limit: Give exactly one"]),
    "no working day": ({**SENT, "limit": {"working_days": 0}}, ["limit.working_days: Write a whole number between 1"]),
    "no number": ({**SENT, "limit": {"days": "two"}}, ["limit.days: "]),
    "true is no number": ({**SENT, "limit": {"days": True}}, ["limit.days: "]),
    "too long": ({**SENT, "limit": {"days": 4000}}, ["limit.days: "]),
    "hard before the limit": (
        {**SENT, "hard_limit": {"hours": 2}},
        ["hard_limit: The hard limit comes before the limit"],
    ),
    "hard before it, counted back": (
        {**AHEAD, "hard_limit": {"hours": 48}},
        ["hard_limit: The hard limit comes before"],
    ),
    "working days back": (
        {**AHEAD, "limit": {"working_days": 1}},
        ["limit: Give exactly one of: minutes, hours, days"],
    ),
    "a list that is none": ({**SENT, "sooner": {}}, ["sooner: Write a list of at most 20"]),
    "sooner for all": ({**SENT, "sooner": [{"limit": {"days": 1}}]}, ["sooner.0: Say of which priority or severity"]),
    "sooner that is no map": ({**SENT, "sooner": [3]}, ["sooner.0: Write named values"]),
    "an unknown severity": (
        {**SENT, "where": {"severity": ["bad"]}},
        ["where.severity: Write a list of some of: abnormal"],
    ),
    "an empty list": ({**SENT, "where": {"priority": []}}, ["where.priority: Write a list of some of"]),
    "where that is no map": ({**SENT, "where": []}, ["where: Write named values"]),
    "an unknown risk": ({**SENT, "risk": "huge"}, ["risk: Choose one of: ordinary, raised, high"]),
    "no next step": ({**SENT, "next_step": None}, ["next_step: "]),
    "no queue": ({key: value for key, value in SENT.items() if key != "queue"}, ["queue: Name a queue"]),
    "another clinic's queue": ({**SENT, "queue": "triage"}, ["queue: There is no queue triage"]),
    "a source that is no text": ({**SENT, "source": {"en": "x"}}, ["source: Write a text"]),
    "a rung that is no map": ({**SENT, "escalation": ["x"]}, ["escalation.0: Write named values"]),
    "a rung without a priority": ({**SENT, "escalation": [{"after": {"days": 1}}]}, ["escalation.0.priority: Choose"]),
    "rungs out of order": (
        {**SENT, "escalation": [{"after": {"days": number}, "priority": "urgent"} for number in (2, 2)]},
        ["escalation.1.after: This should come after the one before it"],
    ),
}


@pytest.mark.parametrize("content", [SENT, STILL, RESULT, AHEAD, {**AHEAD, "hard_limit": {"hours": 3}}])
def test_what_is_right(content):
    assert clock_problems(content, QUEUES) == []


def test_tasks_need_no_queue():
    content = {key: value for key, value in SENT.items() if key != "queue"}
    assert clock_problems({**content, "entity": "task", "state": "due", "limit": {"minutes": 0}}, QUEUES) == []


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong(name):
    content, says = WRONG[name]
    found = [str(problem) for problem in clock_problems(content, QUEUES)]
    assert len(found) == len(says)
    assert all(each.startswith(start) for each, start in zip(found, says, strict=True)), found


def test_a_working_day_may_be_over_in_its_last_minute():
    assert Limit("working_days", 1).shortest.total_seconds() == 0
    assert Limit("days", 1).shortest == Limit("days", 1).plain


def test_a_content_as_values():
    clock = clock_of("result", RESULT)
    assert (clock.limit, clock.risk, clock.queue) == (Limit("working_days", 3), 0, "recall")
    assert [each.of.severities for each in clock.sooner] == [("critical",), ("abnormal",)]


@pytest.mark.store
def test_only_what_is_right_comes_in_force(clinic):
    watch(clinic, "sent", SENT)
    with pytest.raises(Invalid) as refused:
        watch(clinic, "sent", {**SENT, "queue": "triage"})
    assert [problem.where for problem in refused.value.problems] == ["queue"]
    assert clinic.do(publish_clock, "sent").content["queue"] == "recall"
    assert clinic.rung[-1] == "clocks"


def test_the_pack_watches_referrals_in_every_state_and_appointments_in_those_that_something_tells():
    watched = [
        (each["entity"], each["state"]) for each in read_folder(PACKS / "safety-clocks").of("safety-clocks").values()
    ]
    for entity in ("referral", "incoming_referral"):
        assert set(ENTITIES[entity].states) - {"patient-informed"} <= {
            state for kind, state in watched if kind == entity
        }
    assert ("appointment", "unconfirmed") not in watched
