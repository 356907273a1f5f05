"""Journeys walked through, with real verbs on a real database."""

import datetime as dt

import pytest

from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment
from journeys.store.tasks import Task
from journeys.work.complete_task import complete_task
from tests.unit.flow.clinic import START, a_journey, a_step, say

pytestmark = pytest.mark.store

OUTCOMES = [{"code": "booked", "name": say("Booked")}, {"code": "no-answer", "name": say("No answer")}]
RECALL = a_journey(
    {
        "hello": a_step("send_message", "answer", stage="access", template="hello", useful_for_days=7),
        "answer": a_step(
            "wait",
            {"confirm": "done", "decline": "declined", "other": "call", "timeout": "old"},
            answers=["confirm", "decline"],
            timeout={"days": 14},
        ),
        "old": a_step(
            "branch",
            {"elder": "call", "otherwise": "late"},
            branches=[{"port": "elder", "rule": {"field": "age", "is": "at_least", "value": 65}}],
        ),
        "call": a_step(
            "task",
            {"booked": "done", "no-answer": "late", "cancelled": "late", "timeout": "late"},
            stage="scheduling",
            queue="recall",
            title=say("Call the patient"),
            outcomes=OUTCOMES,
            due={"working_days": 5},
            timeout={"days": 20},
        ),
        "done": a_step("end", reason="booked"),
        "declined": a_step("end", reason="declined"),
        "late": a_step("end", reason="lapsed"),
    }
)


@pytest.fixture
def recall(clinic):
    clinic.publish(RECALL)
    return clinic


def test_a_message_is_planned_once_and_the_patient_waits(recall):
    [patient] = recall.people()
    assert recall.enrol() == 1
    assert "advance" in recall.rung
    recall.run()
    [message] = recall.all(Message)
    assert (message.status, message.purpose, message.step, message.visit) == ("planned", "care", "hello", 1)
    assert message.useful_until == START + dt.timedelta(days=7)
    assert message.patient_id == patient
    assert "plan" in recall.rung
    standing = recall.enrolment()
    assert (standing.step, standing.stage, standing.visit) == ("answer", "access", 2)
    assert standing.due_at == START + dt.timedelta(days=14)
    assert standing.waits_for == ["message.answered"]
    assert recall.walked() == ["hello>next"]


def test_an_answer_wakes_at_once(recall):
    [patient] = recall.people()
    recall.enrol()
    recall.run()
    enrolment = recall.enrolment()
    recall.now += dt.timedelta(hours=3)
    recall.happen("message.answered", patient, enrolment_id=enrolment.id, outcome="confirm")
    assert recall.enrolment().due_at == recall.now
    recall.run()
    ended = recall.enrolment()
    assert (ended.status, ended.ended_reason, ended.step) == ("completed", "booked", None)
    assert recall.walked() == ["hello>next", "answer>confirm", "done>end"]
    assert recall.kinds()[-1] == "enrolment.ended"


def test_silence_times_out_and_rules_part_patients(recall):
    recall.people(birth_date=dt.date(1940, 1, 1))
    recall.people(birth_date=dt.date(1990, 1, 1))
    recall.people()
    recall.enrol()
    recall.run()
    recall.pass_time(days=14)
    assert recall.walked().count("old>elder") == 1
    assert recall.walked().count("old>otherwise") == 2
    [task] = recall.all(Task)
    assert (task.status, task.step, task.title) == ("requested", "call", say("Call the patient"))
    # Tuesday 17 March, five working days later at closing time in New York
    assert task.due_at == dt.datetime(2026, 3, 24, 21, 0, tzinfo=dt.UTC)
    assert "task.created" in recall.kinds()
    [standing] = recall.all(Enrolment, ended_at=None)
    assert standing.stage == "scheduling"
    assert standing.due_at == recall.now + dt.timedelta(days=20)


def test_a_task_that_nobody_does_is_cancelled_when_the_journey_goes_on(recall):
    recall.people(birth_date=dt.date(1940, 1, 1))
    recall.enrol()
    recall.run()
    recall.pass_time(days=14)
    recall.pass_time(days=20)
    [task] = recall.all(Task)
    assert (task.status, task.cancelled_reason) == ("cancelled", "journey-went-on")
    assert recall.enrolment().ended_reason == "lapsed"


def test_running_again_changes_nothing(recall):
    recall.people(3)
    recall.enrol()
    recall.run()
    assert recall.enrol() == 0
    assert recall.advance() == 0
    assert len(recall.all(Message)) == 3


def test_a_task_that_is_come_to_again_is_another_task(clinic):
    task = {"queue": "recall", "title": say("Call"), "due": {"days": 1}, "timeout": {"days": 4}}
    outcomes = [{"code": "reached", "name": say("Reached")}]
    ways = {"reached": "more", "cancelled": "end", "timeout": "end"}
    steps = {
        "call": a_step("task", ways, outcomes=outcomes, **task),
        "more": a_step("repeat", {"again": "call", "enough": "end"}, times=1),
        "end": a_step("end"),
    }
    clinic.publish(a_journey(steps))
    clinic.people(1)
    clinic.enrol()
    for count in (1, 2):
        clinic.run()
        tasks = clinic.all(Task)
        assert [row.status for row in tasks] == ["completed"] * (count - 1) + ["requested"]
        clinic.do(complete_task, tasks[-1].uid, "reached")
    clinic.run()
    assert [row.status for row in clinic.all(Enrolment)] == ["completed"]
    assert len(clinic.all(Task)) == 2
