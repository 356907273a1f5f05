"""Pauses beside other things: dates that are past, questions, branches that are not seen, moves of patients."""

import pytest

from journeys.flow.moves.carry_out_moves import carry_out_moves
from journeys.flow.moves.move_patients import move_patients
from journeys.flow.pauses.pause import pause
from journeys.flow.pauses.preview_resume import preview_resume
from journeys.flow.pauses.resume import resume
from journeys.foundation.acting import Act, Scope, act
from journeys.foundation.errors import Forbidden, Invalid, Stale
from journeys.store.enrolments import Enrolment
from journeys.store.pauses import JourneyPause
from tests.unit.flow.clinic import a_journey, a_step
from tests.unit.flow.test_pauses import DAY, JOURNEY, SEND, SKIP, go_on, messages, paused_for, set_messages, settle

pytestmark = pytest.mark.store


def test_a_date_that_is_past_leads_on_to_messages_behind_it(clinic):
    waits = a_step("wait", "last", between={"opens": "00:01", "closes": "23:59"})
    journey = a_journey(
        {
            "pause": a_step("wait", "again", for_={"days": 7}),
            "again": a_step("send_message", "hours", template="hello"),
            "hours": waits,
            "last": a_step("send_message", "end", template="hello"),
            "end": a_step("end"),
        }
    )
    version = paused_for(clinic, days=8, journey=journey)
    assert [row.step for row in clinic.do(preview_resume, "journey").messages] == ["again", "last"]
    go_on(clinic, version, again=SEND, last=SKIP)
    assert [each for each, _ in messages(clinic, "again")] == ["planned"] * 3
    assert [each for each, _ in messages(clinic, "last")] == ["held"] * 3
    assert {row.status for row in clinic.all(Enrolment)} == {"completed"}


def test_a_question_is_late_itself_only_where_it_was_not_put_yet(clinic):
    ways = {"yes": "end", "no": "end", "other": "end", "not-sent": "end", "timeout": "again"}
    asked = {"question": "can-come", "answer": "yes-no", "timeout": {"days": 2}}
    journey = a_journey(
        {
            "pause": a_step("wait", "ask", for_={"days": 2}),
            "ask": a_step("ask", ways, template="hello", **asked),
            "again": a_step("send_message", "end", template="hello"),
            "end": a_step("end"),
        }
    )
    version = paused_for(clinic, days=8, journey=journey)
    assert [row.step for row in clinic.do(preview_resume, "journey").messages] == ["ask"]
    go_on(clinic, version, ask=SEND)
    set_messages(clinic, "accepted")
    clinic.do(pause, "journey")
    clinic.now += 3 * DAY
    # who waits for an answer was asked: what may come now is the message after the silence
    assert [(row.step, row.coming) for row in clinic.do(preview_resume, "journey").messages] == [("again", 3)]


ARRIVES = {"pause": a_step("wait", "visit", for_={"days": 7})}
BEHIND_AN_EVENT = {
    **ARRIVES,
    "visit": a_step("wait", {"happened": "thanks", "timeout": "end"}, event="encounter.recorded", timeout={"days": 30}),
    "thanks": a_step("send_message", "end", template="hello"),
    "end": a_step("end"),
}


def test_a_message_behind_an_event_that_happened_meanwhile_waits_for_its_choice(clinic):
    version = paused_for(clinic, days=8, journey=a_journey(BEHIND_AN_EVENT))
    assert clinic.do(preview_resume, "journey").messages == []
    first, *_ = [row.patient_id for row in clinic.all(Enrolment)]
    clinic.happen("encounter.recorded", first)
    [row] = clinic.do(preview_resume, "journey").messages
    assert (row.step, row.waiting, row.coming) == ("thanks", 0, 3)
    with pytest.raises(Invalid):
        clinic.do(resume, "journey", {version: {}})
    go_on(clinic, version, thanks=SKIP)
    assert messages(clinic, "thanks") == [("held", ["skipped-after-pause"])]
    assert sorted(row.status for row in clinic.all(Enrolment)) == ["active", "active", "completed"]


def test_an_event_before_their_time_came_asks_for_no_choice(clinic):
    version = paused_for(clinic, days=0, journey=a_journey(BEHIND_AN_EVENT))
    first, *_ = [row.patient_id for row in clinic.all(Enrolment)]
    clinic.happen("encounter.recorded", first)
    clinic.now += 7 * DAY
    assert clinic.do(preview_resume, "journey").messages == []
    go_on(clinic, version)
    assert messages(clinic, "thanks") == []


def test_what_answers_a_step_itself_cannot_have_happened_before_it(clinic):
    """A question that is still to be put was not answered, whatever was answered before."""
    ways = {"yes": "thanks", "no": "end", "other": "end", "not-sent": "end", "timeout": "end"}
    asked = {"question": "can-come", "answer": "yes-no", "timeout": {"days": 2}}
    steps = {
        "pause": a_step("wait", "ask", for_={"days": 7}),
        "ask": a_step("ask", ways, template="hello", **asked),
        "thanks": a_step("send_message", "end", template="hello"),
        "end": a_step("end"),
    }
    paused_for(clinic, days=8, journey=a_journey(steps))
    first = clinic.all(Enrolment)[0]
    clinic.happen("message.answered", first.patient_id, enrolment_id=first.id, outcome="yes")
    assert [row.step for row in clinic.do(preview_resume, "journey").messages] == ["ask"]


def test_who_does_not_see_every_branch_pauses_all_the_same_and_lets_nothing_go_on(clinic):
    clinic.people(2)
    clinic.publish(JOURNEY)
    clinic.enrol()
    some = Act(clinic.now, "user:carl", Scope(frozenset({1})))
    act(clinic.house, some, pause, "journey")
    [kept] = clinic.all(JourneyPause)
    assert kept.status == "pausing"
    assert "pauses" in clinic.rung
    settle(clinic)
    [kept] = clinic.all(JourneyPause)
    assert kept.status == "paused"
    with pytest.raises(Forbidden):
        act(clinic.house, some, resume, "journey")


def test_patients_are_not_moved_while_they_go_on(clinic):
    version = paused_for(clinic, days=8)
    clinic.publish({**JOURNEY, "priority": 60})
    clinic.do(resume, "journey", {version: {"again": SKIP}})
    with pytest.raises(Stale):
        clinic.do(move_patients, "journey", {})
    settle(clinic)
    clinic.do(move_patients, "journey", {})
    clinic.do(pause, "journey")
    with pytest.raises(Stale):
        clinic.do(resume, "journey")
    while clinic.do(carry_out_moves):
        pass
    clinic.do(resume, "journey", {})
