"""A record is merged into another: its journeys end, and what staff have to do for the person is not lost."""

import datetime as dt

import pytest

from journeys.foundation.acting import EVERYWHERE, Act, act
from journeys.store import Base
from journeys.store.access import Appointment
from journeys.store.contact import Message
from journeys.store.due import DueItem
from journeys.store.enrolments import Enrolment
from journeys.store.events import Event
from journeys.store.identity.answer_merge import answer_merge
from journeys.store.identity.ask_merge import ask_merge
from journeys.store.identity.undo_merge import undo_merge
from journeys.store.journey_requests import JourneyRequest
from journeys.store.merged import HANDED_OVER, STAYS
from journeys.store.people import Patient
from journeys.store.rate_passes import RatePass
from journeys.store.tasks import Task
from journeys.store.webhooks import WebhookCall
from journeys.work.complete_task import complete_task
from tests import make
from tests.unit.flow.clinic import a_journey, a_step, say

pytestmark = pytest.mark.store

CALL = a_journey(
    {
        "hello": a_step("send_message", "call", template="hello"),
        "call": a_step(
            "task",
            {"reached": "end", "cancelled": "end"},
            queue="recall",
            title=say("Call"),
            outcomes=[{"code": "reached", "name": say("Reached")}],
            due={"days": 2},
        ),
        "end": a_step("end"),
    }
)


@pytest.fixture
def called(clinic):
    """A record about which somebody is to be called, and then the record that it will be merged into."""
    clinic.publish(CALL)
    [merged] = clinic.people()
    clinic.enrol()
    clinic.run()
    harbour = clinic.do(lambda session, _: make.branch(session, "harbour"))
    [kept] = clinic.people(managing_location_id=harbour.id)
    return clinic, merged, kept, harbour


def merge(clinic, merged, kept):
    clinic.do(lambda session, _: setattr(session.get(Patient, merged), "merged_into_id", kept))
    clinic.happen("patient.changed", merged)


def test_open_tasks_and_journeys_go_on_under_the_kept_record(called):
    clinic, merged, kept, harbour = called
    before = clinic.all(Task)[0].row_version
    merge(clinic, merged, kept)
    [task] = clinic.all(Task)
    assert (task.patient_id, task.location_id, task.status) == (kept, harbour.id, "requested")
    assert task.row_version == before + 1
    there = clinic.enrolment()
    assert (there.patient_id, there.lane, there.status, there.step) == (kept, kept & 255, "active", "call")
    assert [(row.status, row.patient_id) for row in clinic.all(Message)] == [("planned", kept)]
    done = clinic.do(complete_task, task.uid, "reached")
    assert (done.status, done.patient_id) == ("completed", kept)
    clinic.run()
    assert clinic.enrolment().status == "completed"


def test_the_kept_record_is_looked_at_and_does_not_enter_what_the_person_is_in(called):
    clinic, merged, kept, _ = called
    clinic.rung.clear()
    merge(clinic, merged, kept)
    told = [(row.patient_id, row.subject_id) for row in clinic.all(Event, kind="patient.changed")]
    assert told == [(merged, None), (kept, kept)]
    assert {"enrol", "advance"} <= set(clinic.rung)
    assert clinic.enrol() == 0
    assert clinic.enrolment().patient_id == kept


@pytest.mark.parametrize(
    ("reentry", "at_once", "after_the_rest"),
    [
        ({"allowed": "never"}, 0, 0),
        ({"allowed": "after-exit"}, 1, 1),
        ({"allowed": "cool-down", "days": 90}, 0, 1),
    ],
    ids=lambda case: case["allowed"] if isinstance(case, dict) else str(case),
)
@pytest.mark.parametrize("times", [1, 2])
def test_who_was_in_under_a_merged_record_comes_in_again_only_as_the_journey_lets(
    clinic, reentry, at_once, after_the_rest, times
):
    clinic.publish(a_journey({"end": a_step("end")}, reentry=reentry))
    [kept] = clinic.people()
    clinic.enrol()
    clinic.run()
    for _ in range(times):
        merged, [kept] = kept, clinic.people()
        merge(clinic, merged, kept)
    assert clinic.enrol() == at_once
    clinic.run()
    clinic.now += dt.timedelta(days=91)
    assert clinic.enrol() == after_the_rest


def test_a_record_is_asked_about_once_whichever_record_of_the_patient_was_in(clinic):
    entry = {"event": "appointment.changed"}
    steps = {"end": a_step("end")}
    clinic.publish(a_journey(steps, focus="appointment", entry=entry, reentry={"allowed": "per-focus"}))
    merged, kept = clinic.people(2)
    visits = [clinic.do(lambda session, _: visit(session, kept)) for _ in range(2)]
    clinic.happen("appointment.changed", merged, subject_kind="appointment", subject_id=visits[0])
    clinic.run()
    merge(clinic, merged, kept)
    for each in visits:
        clinic.happen("appointment.changed", kept, subject_kind="appointment", subject_id=each)
    assert [row.focus_id for row in clinic.all(Enrolment)] == visits


def visit(session, patient):
    """An appointment next week; its id."""
    start = make.NOON + dt.timedelta(days=7)
    return make.added(session, Appointment(patient_id=patient, status="booked", start_at=start)).id


def test_who_is_in_a_journey_under_both_records_goes_on_in_one_and_taking_it_back_gives_both(called):
    clinic, merged, kept, _ = called
    clinic.enrol()
    clinic.run()
    before = standing(clinic)
    assert [row[0] for row in before] == [merged, kept]
    asked = joined(clinic, kept, merged)
    assert [(row.patient_id, row.ended_reason) for row in clinic.all(Enrolment)] == [(merged, "merged"), (kept, None)]
    assert [row.status for row in clinic.all(Message)] == ["held", "planned"]
    clinic.pass_time(hours=1)
    assert clinic.enrol() == 0
    clinic.do(undo_merge, asked.uid, "Two persons after all")
    clinic.run()
    assert standing(clinic) == before
    assert [row.status for row in clinic.all(Message)] == ["planned", "planned"]
    assert clinic.enrol() == 0


def test_what_was_done_under_the_kept_record_is_not_slept_through_once_the_merge_is_taken_back(called):
    clinic, merged, kept, _ = called
    clinic.enrol()
    clinic.run()
    asked = joined(clinic, kept, merged)
    first = clinic.all(Enrolment, patient_id=merged)[0]
    [task] = clinic.all(Task, enrolment_id=first.id)
    clinic.do(complete_task, task.uid, "reached")
    clinic.pass_time(hours=1)
    assert [row.status for row in clinic.all(Enrolment)] == ["revoked", "active"]
    clinic.do(undo_merge, asked.uid, "Two persons after all")
    clinic.run()
    assert [(row.patient_id, row.status) for row in clinic.all(Enrolment)] == [(merged, "completed"), (kept, "active")]
    assert "call>reached" in clinic.walked(enrolment_id=first.id)


def test_a_double_that_waits_for_time_alone_waits_to_its_end_once_the_merge_is_taken_back(clinic):
    clinic.publish(a_journey({"rest": a_step("wait", "end", for_={"days": 5}), "end": a_step("end")}))
    kept, merged = clinic.people(2)
    clinic.enrol()
    clinic.run()
    before = standing(clinic)
    asked = joined(clinic, kept, merged)
    clinic.pass_time(days=1)
    clinic.do(undo_merge, asked.uid, "Two persons after all")
    clinic.run()
    assert standing(clinic) == before
    clinic.pass_time(days=4)
    assert [row.status for row in clinic.all(Enrolment)] == ["completed", "completed"]


def test_journeys_that_went_over_come_back_as_far_as_they_have_come(called):
    clinic, merged, kept, _ = called
    before = standing(clinic)
    asked = joined(clinic, kept, merged)
    assert clinic.enrol() == 0
    [task] = clinic.all(Task)
    assert standing(clinic) == [(kept, kept & 255, *before[0][2:])]
    clinic.do(undo_merge, asked.uid, "Two persons after all")
    assert standing(clinic) == before
    assert {row.patient_id for table in (Message, Task) for row in clinic.all(table)} == {merged}
    # the kept one was never in it by itself
    assert clinic.enrol() == 1
    clinic.do(complete_task, task.uid, "reached")
    clinic.run()
    assert [(row.patient_id, row.status) for row in clinic.all(Enrolment)] == [(merged, "completed"), (kept, "active")]


def standing(clinic):
    """Where everybody stands."""
    columns = ("patient_id", "lane", "status", "step", "visit", "due_at", "waits_for", "waiting_since", "ended_at")
    return [tuple(getattr(row, name) for name in columns) for row in clinic.all(Enrolment)]


def joined(clinic, kept, merged):
    """Two people join two records."""
    uids = {row.id: row.uid for row in clinic.all(Patient)}
    asked = clinic.do(ask_merge, uids[kept], uids[merged], "Same passport")
    act(clinic.house, Act(clinic.now, "user:carl", EVERYWHERE), answer_merge, asked.uid, True)
    return asked


def test_a_merge_of_a_merge_is_followed_to_its_end(called):
    clinic, merged, kept, _ = called
    [between] = clinic.people(merged_into_id=kept)
    merge(clinic, merged, between)
    assert [row.patient_id for row in clinic.all(Task)] == [kept]


def test_records_merged_in_a_circle_keep_no_open_task(called):
    clinic, merged, kept, _ = called
    clinic.do(lambda session, _: setattr(session.get(Patient, kept), "merged_into_id", merged))
    merge(clinic, merged, kept)
    [task] = clinic.all(Task)
    assert (task.patient_id, task.status, task.cancelled_reason) == (merged, "cancelled", "journey-ended")


def test_tasks_of_a_record_that_is_merged_into_one_who_died_are_cancelled(called):
    clinic, merged, kept, _ = called
    clinic.do(lambda session, _: setattr(session.get(Patient, kept), "deceased", True))
    merge(clinic, merged, kept)
    assert [(row.patient_id, row.status) for row in clinic.all(Task)] == [(merged, "cancelled")]


def test_every_table_of_patients_says_what_becomes_of_its_rows():
    of_patients = {table.name for table in Base.metadata.sorted_tables if "patient_id" in table.c}
    assert set(STAYS) | set(HANDED_OVER) == of_patients
    assert not set(STAYS) & set(HANDED_OVER)


def test_what_a_running_enrolment_asked_for_goes_with_it_and_what_waits_still_happens(clinic):
    clinic.publish(a_journey({"end": a_step("end")}, entry={"chosen": True}), "another")
    steps = {
        "limit": a_step("rate_limit", "start", most=5, per="day"),
        "start": a_step("start_journey", "tell", journey="another"),
        "tell": a_step(
            "call_webhook",
            dict.fromkeys(("delivered", "failed", "timeout"), "end"),
            connection="lab",
            timeout={"days": 2},
        ),
        "end": a_step("end"),
    }
    [merged] = clinic.people()
    clinic.publish(a_journey(steps))
    clinic.enrol()
    clinic.run()
    assert [row.status for row in clinic.all(WebhookCall)] == ["planned"]
    [kept] = clinic.people()
    merge(clinic, merged, kept)
    assert [row.status for row in clinic.all(WebhookCall)] == ["planned"]
    for table in (JourneyRequest, RatePass, WebhookCall):
        assert [row.patient_id for row in clinic.all(table)] == [kept]
    assert clinic.enrol() == 0
    clinic.pass_time(days=3)
    assert [(row.patient_id, row.status) for row in clinic.all(Enrolment)][:1] == [(kept, "completed")]


def recall(clinic, patient, **facts):
    """Somebody asked for a patient to be seen again."""
    on = clinic.now.date() + dt.timedelta(days=90)
    asked = {"recalled_at": clinic.now, "recalled_by": "user:nina", "opened_at": clinic.now, "status_at": clinic.now}
    settled = {"status": "not-due", "reason": "recalled", "severity": "low", "queue": "recall"}
    dates = dict.fromkeys(("due_on", "opens_on", "overdue_on"), on)
    row = {"patient_id": patient, **asked, **settled, **dates, **facts}
    return clinic.do(lambda session, _: make.added(session, DueItem(**row)).id)


def test_open_recalls_and_tasks_come_back_when_people_take_their_merge_back(called):
    clinic, merged, kept, _ = called
    theirs, own = recall(clinic, merged), recall(clinic, kept)
    done = recall(clinic, merged, closed_at=clinic.now, outcome="done")
    uids = {row.id: row.uid for row in clinic.all(Patient)}
    asked = clinic.do(ask_merge, uids[kept], uids[merged], "Same passport")
    act(clinic.house, Act(clinic.now, "user:carl", EVERYWHERE), answer_merge, asked.uid, True)
    assert {row.id: row.patient_id for row in clinic.all(DueItem)} == {theirs: kept, own: kept, done: merged}
    assert [row.patient_id for row in clinic.all(Task)] == [kept]
    clinic.do(undo_merge, asked.uid, "Two persons after all")
    assert {row.id: row.patient_id for row in clinic.all(DueItem)} == {theirs: merged, own: kept, done: merged}
    assert [row.patient_id for row in clinic.all(Task)] == [merged]


def test_journeys_of_the_kept_record_end_with_the_death_that_the_other_one_knows(clinic):
    clinic.publish(CALL)
    [kept] = clinic.people()
    clinic.enrol()
    clinic.run()
    [merged] = clinic.people(deceased=True)
    uids = {row.id: row.uid for row in clinic.all(Patient)}
    asked = clinic.do(ask_merge, uids[kept], uids[merged], "Same passport")
    act(clinic.house, Act(clinic.now, "user:carl", EVERYWHERE), answer_merge, asked.uid, True)
    assert (clinic.enrolment().status, clinic.enrolment().ended_reason) == ("revoked", "deceased")
    assert [row.status for row in clinic.all(Task)] == ["cancelled"]
