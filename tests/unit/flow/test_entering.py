"""Who comes in: by segment, by event, about which record, and who may come in again."""

import datetime as dt

import pytest
from sqlalchemy import update

from journeys.flow.packs.lives.facts import Test as OrderedTest
from journeys.flow.packs.lives.ordered import keep_test
from journeys.flow.publishing.preview import preview
from journeys.foundation.errors import Missing
from journeys.store.access import Appointment
from journeys.store.enrolments import Enrolment
from journeys.store.events import Event
from journeys.store.people import Patient
from journeys.store.plans import CarePlan, CarePlanActivity
from journeys.store.sources import KeptRecord
from tests.unit.flow.clinic import START, a_journey, a_step, publish_plain, say

pytestmark = pytest.mark.store

SHORT = {"pause": a_step("wait", "end", for_={"days": 10}), "end": a_step("end")}


def entered(clinic, **facts):
    return [row.patient_id for row in clinic.all(Enrolment, **facts)]


def test_the_dead_the_merged_and_the_inactive_stay_out(clinic):
    clinic.publish(a_journey(SHORT))
    [well] = clinic.people()
    clinic.people(deceased=True)
    clinic.people(active=False)
    clinic.people(merged_into_id=well)
    assert clinic.do(preview, "journey").entering == 1
    assert clinic.enrol() == 1
    assert entered(clinic) == [well]
    [event] = clinic.all(Event, kind="enrolment.started")
    assert (event.code, event.patient_id) == ("journey", well)


def test_enrolling_takes_a_part_and_comes_again_for_the_rest(clinic):
    clinic.publish(a_journey(SHORT))
    clinic.people(5)
    assert [clinic.enrol(limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert len(set(entered(clinic))) == 5


def test_lanes_share_the_patients(clinic):
    clinic.publish(a_journey(SHORT))
    people = clinic.people(6)
    mine = [patient & 255 for patient in people[:2]]
    assert clinic.enrol(lanes=mine) == 2
    assert clinic.advance(lanes=[lane for lane in range(256) if lane not in mine]) == 0
    assert clinic.enrol() == 4


@pytest.mark.parametrize(
    ("reentry", "at_once", "after_the_end", "after_a_year"),
    [
        ({"allowed": "never"}, 0, 0, 0),
        ({"allowed": "after-exit"}, 0, 1, 0),
        ({"allowed": "cool-down", "days": 90}, 0, 0, 1),
    ],
)
def test_who_may_come_in_again(clinic, reentry, at_once, after_the_end, after_a_year):
    clinic.publish(a_journey(SHORT, reentry=reentry))
    clinic.people()
    assert clinic.enrol() == 1
    assert clinic.enrol() == at_once
    clinic.run()
    clinic.pass_time(days=11)
    assert clinic.enrol() == after_the_end
    clinic.now += dt.timedelta(days=365)
    assert clinic.enrol() == after_a_year


def plan_with_activities(session, _, patient, days):
    plan = CarePlan(patient_id=patient, status="active")
    session.add(plan)
    session.flush()
    made = [
        CarePlanActivity(
            patient_id=patient, care_plan_id=plan.id, position=number, status="scheduled", due_on=START.date() + each
        )
        for number, each in enumerate(days)
    ]
    session.add_all(made)
    session.flush()
    return [activity.id for activity in made]


def test_one_enrolment_for_each_record_of_the_segments_focus(clinic):
    segment = {"format": 1, "name": say("Due"), "rule": {"field": "deceased", "is": "false"}}
    focus = {"kind": "care_plan_activity", "where": [{"field": "status", "is": "one_of", "value": ["scheduled"]}]}
    clinic.do(publish_plain, "segment", "due", {**segment, "focus": focus})
    steps = {
        "before": a_step("wait", "end", until={"focus": "due_on", "plus": {"days": -7}, "at": "10:00"}),
        "end": a_step("end"),
    }
    journey = a_journey(steps, entry={"segment": "due"}, focus="care_plan_activity", reentry={"allowed": "per-focus"})
    clinic.publish(journey)
    [patient] = clinic.people()
    days = [dt.timedelta(days=20), dt.timedelta(days=40)]
    activities = clinic.do(plan_with_activities, patient, days)
    assert clinic.enrol() == 2
    assert clinic.enrol() == 0
    rows = clinic.all(Enrolment)
    assert [(row.focus_kind, row.focus_id) for row in rows] == [("care_plan_activity", each) for each in activities]
    # seven days before 23 March, at ten in New York, where summer time has begun
    assert rows[0].due_at == dt.datetime(2026, 3, 16, 14, 0, tzinfo=dt.UTC)


BOOKED = a_journey(
    {
        "reminder": a_step("wait", "end", until={"focus": "start_at", "plus": {"days": -2}}),
        "end": a_step("end"),
    },
    entry={"event": "appointment.changed", "where": {"outcome": ["booked"]}},
    focus="appointment",
    reentry={"allowed": "per-focus"},
    exits=[{"name": say("Cancelled"), "event": "appointment.changed", "where": {"outcome": ["cancelled"]}}],
)


def book(session, _, patient, days):
    start = START + dt.timedelta(days=days)
    appointment = Appointment(patient_id=patient, status="booked", start_at=start)
    session.add(appointment)
    session.flush()
    return appointment.id


def changed(clinic, patient, appointment, outcome):
    clinic.happen("appointment.changed", patient, subject_kind="appointment", subject_id=appointment, outcome=outcome)


def test_events_let_in_about_their_record_once(clinic):
    clinic.publish(BOOKED)
    [patient] = clinic.people()
    first, second = clinic.do(book, patient, 10), clinic.do(book, patient, 20)
    changed(clinic, patient, first, "proposed")
    assert entered(clinic) == []
    changed(clinic, patient, first, "booked")
    changed(clinic, patient, first, "booked")
    changed(clinic, patient, second, "booked")
    rows = clinic.all(Enrolment)
    assert [row.focus_id for row in rows] == [first, second]
    assert [row.due_at for row in rows] == [START + dt.timedelta(days=8), START + dt.timedelta(days=18)]
    assert clinic.do(preview, "journey").chosen == 2


def test_events_let_in_about_their_record_again_once_they_have_left_with_it(clinic):
    clinic.publish({**BOOKED, "reentry": {"allowed": "per-focus-after-exit"}})
    [patient] = clinic.people()
    first, second = clinic.do(book, patient, 10), clinic.do(book, patient, 20)
    for appointment, outcome in ((first, "booked"), (second, "booked"), (first, "booked"), (first, "cancelled")):
        changed(clinic, patient, appointment, outcome)
    changed(clinic, patient, first, "booked")
    rows = [(row.focus_id, row.status) for row in clinic.all(Enrolment)]
    assert rows == [(first, "revoked"), (second, "active"), (first, "active")]


def test_one_enrolment_for_each_order(clinic):
    orders = {"kind": "service_request", "where": [{"field": "progress", "is": "is", "value": "undone"}]}
    segment = {"format": 1, "name": say("Ordered"), "rule": {"happened": "service_request", "where": orders["where"]}}
    clinic.do(publish_plain, "segment", "ordered", {**segment, "focus": orders})
    steps = {"wait": a_step("wait", "end", for_={"days": 5}), "end": a_step("end")}
    over = {"field": "focus", "of": {"attribute": "progress"}, "is": "is", "value": "over"}
    head = {"focus": "service_request", "reentry": {"allowed": "per-focus"}}
    exits = [{"name": say("Over"), "rule": over}]
    clinic.publish(a_journey(steps, entry={"segment": "ordered"}, exits=exits, **head))
    [patient] = clinic.people()
    first, second = clinic.do(order, patient, "4548-4"), clinic.do(order, patient, "24627-2")
    assert (clinic.enrol(), clinic.enrol()) == (2, 0)
    clinic.do(revoke, first)
    clinic.pass_time(days=6)
    rows = [(row.focus_kind, row.focus_id, row.status) for row in clinic.all(Enrolment)]
    assert rows == [("service_request", first, "revoked"), ("service_request", second, "completed")]


def order(session, act, patient, code):
    kept = keep_test(session, act, patient, OrderedTest(code=code, at="2026-02-20 09:00 UTC"))
    session.flush()
    return kept.id


def revoke(session, act, order_id):
    session.execute(update(KeptRecord).where(KeptRecord.id == order_id).values(status="revoked"))


def test_an_exit_about_one_record_leaves_the_other_alone(clinic):
    clinic.publish(BOOKED)
    [patient] = clinic.people()
    first, second = clinic.do(book, patient, 10), clinic.do(book, patient, 20)
    changed(clinic, patient, first, "booked")
    changed(clinic, patient, second, "booked")
    changed(clinic, patient, second, "cancelled")
    assert [(row.focus_id, row.status) for row in clinic.all(Enrolment)] == [(first, "active"), (second, "revoked")]


def test_what_let_a_patient_in_neither_wakes_nor_ends(clinic):
    steps = {
        "hello": a_step("send_message", "news", template="hello"),
        "news": a_step("wait", {"happened": "end", "timeout": "end"}, event="encounter.recorded", timeout={"days": 9}),
        "end": a_step("end"),
    }
    goal = {"name": say("Operated"), "event": "encounter.recorded", "where": {"code": ["operation"]}}
    clinic.publish(a_journey(steps, entry={"event": "encounter.recorded"}, goals=[goal]))
    [patient] = clinic.people()
    clinic.happen("encounter.recorded", patient, code="operation")
    clinic.run()
    assert clinic.walked() == ["hello>next"]
    clinic.now += dt.timedelta(hours=1)
    clinic.happen("encounter.recorded", patient, code="talk", at=START - dt.timedelta(days=30))
    clinic.run()
    assert clinic.walked() == ["hello>next"], "old news wakes nobody"
    clinic.happen("encounter.recorded", patient, code="talk")
    clinic.run()
    assert clinic.walked() == ["hello>next", "news>happened", "end>end"]


def test_old_news_lets_nobody_in(clinic):
    clinic.publish(a_journey(SHORT, entry={"event": "encounter.recorded"}))
    old, new = clinic.people(2)
    clinic.happen("encounter.recorded", old, at=START - dt.timedelta(days=400))
    clinic.happen("encounter.recorded", new, at=START - dt.timedelta(days=1))
    assert entered(clinic) == [new]


def test_the_rule_of_an_entry_by_event_decides_too(clinic):
    rule = {"field": "age", "is": "at_least", "value": 65}
    clinic.publish(a_journey(SHORT, entry={"event": "patient.changed", "rule": rule}))
    [old] = clinic.people(birth_date=dt.date(1940, 1, 1))
    [young] = clinic.people(birth_date=dt.date(1990, 1, 1))
    for patient in (old, young):
        clinic.happen("patient.changed", patient)
    assert entered(clinic) == [old]


def test_whoever_meets_a_goal_already_does_not_come_in(clinic):
    rule = {"field": "language", "is": "one_of", "value": ["es"]}
    clinic.publish(a_journey(SHORT, goals=[{"name": say("Speaks Spanish"), "rule": rule}]))
    [english] = clinic.people()
    clinic.people(language="es")
    assert clinic.enrol() == 1
    assert entered(clinic) == [english]


def test_a_journey_that_is_not_in_force_lets_nobody_in(clinic):
    with pytest.raises(Missing):
        clinic.enrol("nowhere")
    assert clinic.all(Patient) == []
