"""What a patient's page says of journeys: in it and what comes next, ended and why, held from, never entered."""

import datetime as dt
import uuid

import pytest

from journeys.flow.entry import barred
from journeys.flow.pauses.pause import pause
from journeys.flow.seeing.patient_journeys import patient_journeys
from journeys.foundation.errors import Missing
from journeys.store.people import Patient
from tests.unit.flow.clinic import START, a_journey, a_step, publish_plain, say

pytestmark = pytest.mark.store

WAITS = {
    "hello": a_step("send_message", "answer", template="hello"),
    "answer": a_step(
        "wait", {"confirm": "end", "other": "end", "timeout": "end"}, answers=["confirm"], timeout={"days": 7}
    ),
    "end": a_step("end"),
}
SEEN = {"name": say("Seen"), "event": "encounter.recorded"}
SPANISH = {"field": "language", "is": "one_of", "value": ["es"]}


def look(clinic, patient):
    [row] = clinic.all(Patient, id=patient)
    return clinic.do(patient_journeys, row.uid)


def said(outside):
    return [words for words, _data in outside.why.reasons]


def test_where_somebody_stands_and_what_comes_next(clinic):
    clinic.publish(a_journey(WAITS, exits=[SEEN]))
    [patient] = clinic.people()
    clinic.enrol()
    clinic.run()
    [inside] = look(clinic, patient).inside
    assert (inside.node.id, inside.enrolment.due_at) == ("answer", START + dt.timedelta(days=7))
    assert inside.enrolment.waits_for == ["message.answered"]
    assert [(port, to.id) for port, to in inside.ways] == [("confirm", "end"), ("other", "end"), ("timeout", "end")]
    assert [(message.step, message.status) for message in inside.messages] == [("hello", "planned")]
    assert (inside.number, inside.live) == (1, 1)


def test_who_left_is_shown_with_the_event_that_met_the_exit(clinic):
    clinic.publish(a_journey(WAITS, exits=[SEEN]))
    [patient] = clinic.people()
    clinic.enrol()
    clinic.run()
    clinic.now += dt.timedelta(days=2)
    clinic.happen("encounter.recorded", patient, code="AMB")
    found = look(clinic, patient)
    [left] = found.left
    assert (left.kind, left.ending.name, left.event.kind, left.event.code) == (
        "exit",
        say("Seen"),
        "encounter.recorded",
        "AMB",
    )
    assert found.inside == []
    # whoever may enter only once is held from coming in again
    [outside] = found.outside
    assert outside.why.is_chosen
    assert said(outside) == [barred.ONCE_ONLY]


def test_who_is_not_meant_never_entered(clinic):
    rule = {"format": 1, "name": say("Spanish"), "rule": SPANISH}
    clinic.do(lambda session, doing: publish_plain(session, doing, "segment", "spanish", rule))
    clinic.publish(a_journey(WAITS, entry={"segment": "spanish"}))
    english, spanish = [*clinic.people(language="en"), *clinic.people(language="es")]
    [outside] = look(clinic, english).outside
    assert (outside.why.is_chosen, said(outside)) == (False, [barred.NOT_CHOSEN])
    [outside] = look(clinic, spanish).outside
    assert (outside.why.is_chosen, said(outside)) == (True, [barred.COMES_IN])
    assert clinic.enrol() == 1


HELD = {
    "a goal that is reached already": ({"goals": [{"name": say("Speaks"), "rule": SPANISH}]}, {}, barred.GOAL_REACHED),
    "an exit that holds": ({"exits": [{"name": say("Speaks"), "rule": SPANISH}]}, {}, barred.WOULD_LEAVE),
    "who is no patient any more": ({}, {"active": False}, barred.IS_INACTIVE),
}


@pytest.mark.parametrize(("head", "facts", "reason"), HELD.values(), ids=HELD)
def test_what_holds_somebody_is_what_enrolling_asks(clinic, head, facts, reason):
    clinic.publish(a_journey(WAITS, **head))
    [patient] = clinic.people(language="es", **facts)
    assert clinic.enrol() == 0
    [outside] = look(clinic, patient).outside
    assert said(outside) == [reason]


def test_a_rest_that_is_not_over_says_how_long_it_is(clinic):
    clinic.publish(a_journey({"end": a_step("end")}, reentry={"allowed": "cool-down", "days": 30}))
    [patient] = clinic.people()
    clinic.enrol()
    clinic.run()
    [outside] = look(clinic, patient).outside
    assert outside.why.reasons == [(barred.TOO_SOON, {"days": 30})]
    clinic.now += dt.timedelta(days=31)
    [outside] = look(clinic, patient).outside
    assert said(outside) == [barred.COMES_IN]


def test_a_journey_that_events_let_in_says_what_has_not_happened(clinic):
    clinic.publish(a_journey(WAITS, entry={"event": "encounter.recorded"}))
    [patient] = clinic.people()
    [outside] = look(clinic, patient).outside
    assert said(outside) == [barred.NOT_HAPPENED]
    clinic.happen("encounter.recorded", patient)
    assert [inside.slug for inside in look(clinic, patient).inside] == ["journey"]


def test_a_paused_journey_says_so(clinic):
    clinic.publish(a_journey(WAITS))
    clinic.do(pause, "journey")
    [patient] = clinic.people()
    [outside] = look(clinic, patient).outside
    assert said(outside) == [barred.IS_PAUSED, barred.COMES_IN]


def test_nobody_outside_the_scope_is_shown(clinic):
    with pytest.raises(Missing):
        clinic.do(patient_journeys, uuid.uuid4())


def test_as_many_statements_for_many_former_enrolments_as_for_one(clinic):
    clinic.publish(a_journey({"end": a_step("end")}, reentry={"allowed": "after-exit"}))
    [patient] = clinic.people()
    counts = []
    for rounds in (1, 6):
        for _ in range(rounds):
            clinic.enrol()
            clinic.pass_time(hours=1)
        assert look(clinic, patient).left
        counts.append(len(clinic.statements))
    assert len(look(clinic, patient).left) == 7
    assert counts[0] == counts[1]
