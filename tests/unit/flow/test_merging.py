"""A record is merged into another: its journeys end, and what staff have to do for the person is not lost."""

import pytest

from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment
from journeys.store.events import Event
from journeys.store.people import Patient
from journeys.store.tasks import Task
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


def test_open_tasks_move_to_the_kept_record_and_journeys_end(called):
    clinic, merged, kept, harbour = called
    before = clinic.all(Task)[0].row_version
    merge(clinic, merged, kept)
    [task] = clinic.all(Task)
    assert (task.patient_id, task.location_id, task.status) == (kept, harbour.id, "requested")
    assert task.row_version == before + 1
    ended = clinic.enrolment()
    assert (ended.patient_id, ended.status, ended.ended_reason) == (merged, "revoked", "merged")
    assert [row.status for row in clinic.all(Message)] == ["held"]
    done = clinic.do(complete_task, task.uid, "reached")
    assert (done.status, done.patient_id) == ("completed", kept)


def test_the_kept_record_is_looked_at_and_enters_by_itself(called):
    clinic, merged, kept, _ = called
    clinic.rung.clear()
    merge(clinic, merged, kept)
    told = [(row.patient_id, row.subject_id) for row in clinic.all(Event, kind="patient.changed")]
    assert told == [(merged, None), (kept, kept)]
    assert "enrol" in clinic.rung
    assert clinic.enrol() == 1
    assert [row.patient_id for row in clinic.all(Enrolment, status="active")] == [kept]


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
