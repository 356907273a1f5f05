"""Goals and exits pre-empt waits; pausing holds; retiring ends; every ending has its reason."""

import datetime as dt

import pytest

from journeys.flow.pauses.pause import pause
from journeys.flow.publishing.retire import retire
from journeys.flow.seeing.why import why
from journeys.flow.words.outline import outline
from journeys.foundation.errors import Missing, Stale
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment, EnrolmentHistory
from journeys.store.people import Patient
from journeys.store.tasks import Task
from tests import make
from tests.unit.flow.clinic import START, a_journey, a_step, publish_plain, say

pytestmark = pytest.mark.store

MEASURED = {"name": say("Measured"), "event": "observation.recorded", "where": {"code": ["85354-9"]}}
MOVED = {"name": say("Speaks Spanish"), "rule": {"field": "language", "is": "one_of", "value": ["es"]}}
JOURNEY = a_journey(
    {
        "hello": a_step("send_message", "pause", template="hello"),
        "pause": a_step("wait", "again", for_={"days": 30}),
        "again": a_step("send_message", "end", template="hello"),
        "end": a_step("end"),
    },
    goals=[MEASURED],
    exits=[MOVED],
)


@pytest.fixture
def waiting(clinic):
    """A patient who waits, with a message planned."""
    clinic.publish(JOURNEY)
    [patient] = clinic.people()
    clinic.enrol()
    clinic.run()
    return clinic, patient


def ended(clinic):
    row = clinic.enrolment()
    return (row.status, row.ended_reason, row.ended_at)


def test_a_goal_ends_at_once_and_takes_back_what_is_planned(waiting):
    clinic, patient = waiting
    clinic.now += dt.timedelta(hours=1)
    clinic.happen("observation.recorded", patient, code="85354-9", at=clinic.now)
    assert ended(clinic) == ("completed", "goal:0", clinic.now)
    [message] = clinic.all(Message)
    assert (message.status, message.reasons) == ("held", ["journey-ended"])
    assert clinic.walked() == ["hello>next", "pause>goal:0"]
    assert clinic.kinds()[-2:] == ["message.held", "enrolment.ended"]


@pytest.mark.parametrize("facts", [{"code": "4548-4"}, {"code": "85354-9", "at": START - dt.timedelta(days=90)}])
def test_another_record_or_an_old_one_is_no_goal(waiting, facts):
    clinic, patient = waiting
    clinic.happen("observation.recorded", patient, **facts)
    assert ended(clinic) == ("active", None, None)


def test_a_rule_exit_is_looked_at_when_the_patient_changes(waiting):
    clinic, patient = waiting
    clinic.do(lambda session, _: setattr(session.get(Patient, patient), "language", "es"))
    assert ended(clinic) == ("active", None, None)
    clinic.happen("patient.changed", patient)
    assert ended(clinic) == ("revoked", "exit:0", clinic.now)


def test_a_rule_exit_is_looked_at_again_before_anything_is_sent(waiting):
    clinic, patient = waiting
    clinic.do(lambda session, _: setattr(session.get(Patient, patient), "language", "es"))
    clinic.pass_time(days=30)
    assert ended(clinic)[:2] == ("revoked", "exit:0")
    assert len(clinic.all(Message)) == 1


ANSWERED = {
    "happened": "message",
    "where": [{"field": "direction", "is": "one_of", "value": ["inbound"]}],
}
READING = {
    "itself": ANSWERED,
    "in a group": {"any": [{"field": "language", "is": "one_of", "value": ["es"]}, ANSWERED]},
    "in a segment": {"segment": "answered"},
}


@pytest.mark.parametrize("rule", READING.values(), ids=READING)
def test_a_rule_over_messages_is_looked_at_when_one_is_answered(clinic, rule):
    content = {"format": 1, "name": say("Answered"), "rule": ANSWERED}
    clinic.do(lambda session, doing: publish_plain(session, doing, "segment", "answered", content))
    clinic.publish(a_journey(JOURNEY["steps"], exits=[{"name": say("Wrote to us"), "rule": rule}]))
    [patient] = clinic.people()
    clinic.enrol()
    clinic.run()
    clinic.happen("message.answered", patient)
    assert ended(clinic)[0] == "active"
    facts = {"direction": "inbound", "status": "received", "sent_at": clinic.now}
    clinic.do(lambda session, _: make.message(session, session.get(Patient, patient), None, **facts))
    clinic.happen("task.completed", patient)
    assert ended(clinic)[0] == "active", "no task is read"
    clinic.happen("message.answered", patient)
    assert ended(clinic) == ("revoked", "exit:0", clinic.now)


def test_an_end_step_lets_what_is_planned_go_out(clinic):
    clinic.publish(a_journey({"hello": a_step("send_message", "end", template="hello"), "end": a_step("end")}))
    clinic.people()
    clinic.enrol()
    clinic.run()
    assert ended(clinic) == ("completed", "completed", clinic.now)
    assert [row.status for row in clinic.all(Message)] == ["planned"]


def test_a_paused_journey_holds_everybody_and_goes_on(waiting):
    clinic, _ = waiting
    assert clinic.do(pause, "journey") == 1
    with pytest.raises(Stale):
        clinic.do(pause, "journey")
    with pytest.raises(Missing):
        clinic.enrol()
    clinic.pass_time(days=40)
    assert clinic.enrolment().step == "pause"
    assert clinic.resume() == 1
    assert ended(clinic)[0] == "completed"


def test_publishing_a_paused_journey_leaves_it_paused(waiting):
    clinic, _ = waiting
    clinic.do(pause, "journey")
    clinic.publish({**JOURNEY, "priority": 60})
    with pytest.raises(Missing):
        clinic.enrol()
    assert clinic.resume() == 1
    clinic.people()
    assert clinic.enrol() == 1


def test_a_retired_journey_is_walked_to_its_end(waiting):
    clinic, _ = waiting
    assert clinic.do(retire, "journey") == 0
    clinic.people()
    with pytest.raises(Missing):
        clinic.enrol()
    clinic.pass_time(days=30)
    assert ended(clinic)[0] == "completed"


def test_a_retired_journey_may_end_at_once(waiting):
    clinic, _ = waiting
    assert clinic.do(retire, "journey", ends_now=True) == 1
    assert ended(clinic)[:2] == ("revoked", "journey-retired")
    assert [row.status for row in clinic.all(Message)] == ["held"]


def test_why_tells_what_was_decided(waiting):
    clinic, patient = waiting
    uid = clinic.enrolment().uid
    said = [(line.says % {**line.data, "step": line.data.get("step", {}).get("en")}) for line in clinic.do(why, uid)]
    assert said == [
        "Entered the journey",
        "hello: left by next",
        "Message of hello: planned",
        "pause: waits until then at the latest",
    ]
    clinic.happen("observation.recorded", patient, code="85354-9")
    last = clinic.do(why, uid)[-1]
    assert (last.says, last.data) == ("Ended: the goal is reached: %(name)s", {"name": {"en": "Measured"}})


def test_enrolments_stay_on_their_version(waiting):
    clinic, _ = waiting
    other = a_journey({"hello": a_step("send_message", "end", template="hello"), "end": a_step("end")})
    version = clinic.publish(other)
    clinic.people()
    clinic.enrol()
    clinic.run()
    assert {row.version_id == version.id for row in clinic.all(EnrolmentHistory, step="pause")} <= {False}
    clinic.pass_time(days=30)
    assert [row.status for row in clinic.all(Enrolment)] == ["completed", "completed"]
    assert clinic.all(Task) == []


def test_the_outline_walks_from_the_start():
    rows = outline(
        a_journey(
            {
                "ask": a_step(
                    "wait", {"confirm": "end", "other": "later", "timeout": "end"}, answers=["confirm"],
                    timeout={"days": 3},
                ),
                "later": a_step("wait", "ask", for_={"weeks": 2}),
                "end": a_step("end"),
                "lost": a_step("end", reason="lost"),
                "odd": {"type": "fax"},
            }
        )
    )  # fmt: skip
    assert [(row.depth, row.port, row.step_id, row.is_jump, row.is_stray) for row in rows] == [
        (0, None, "ask", False, False),
        (1, "confirm", "end", False, False),
        (1, "other", "later", False, False),
        (1, None, "ask", True, False),
        (1, "timeout", "end", True, False),
        (0, None, "lost", False, True),
        (0, None, "odd", False, True),
    ]
    assert [row.sentence for row in rows[:3]] == [
        "Wait for an answer, at most 3 days",
        "The journey ends: Came to the end",
        "Wait for 2 weeks",
    ]
