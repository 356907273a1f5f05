"""Tasks from the queue to the outcome that wakes the journey."""

import datetime as dt

import pytest

from journeys.foundation.audit import AuditEntry
from journeys.foundation.database import OWNER, connect, sessions
from journeys.foundation.errors import Invalid, Missing, Stale
from journeys.foundation.ids import new_uid
from journeys.store.events import Event
from journeys.store.organisation import Practitioner
from journeys.store.tasks import Task
from journeys.work.assign_task import assign_task
from journeys.work.cancel_task import cancel_task
from journeys.work.claim_task import claim_task
from journeys.work.complete_task import complete_task
from journeys.work.my_tasks import my_tasks
from journeys.work.queues import queues
from journeys.work.release_task import release_task
from tests.unit.flow.clinic import a_journey, a_step, say

pytestmark = pytest.mark.store

CALL = a_journey(
    {
        "call": a_step(
            "task",
            {"reached": "reached", "gone": "gone", "cancelled": "left", "timeout": "late"},
            queue="recall",
            title=say("Call"),
            outcomes=[{"code": "reached", "name": say("Reached")}, {"code": "gone", "name": say("Gone")}],
            due={"days": 2},
            timeout={"days": 5},
        ),
        "reached": a_step("end", reason="reached"),
        "gone": a_step("end", reason="gone"),
        "left": a_step("end", reason="left"),
        "late": a_step("end", reason="late"),
    }
)


@pytest.fixture
def task(clinic):
    clinic.publish(CALL)
    clinic.people()
    clinic.enrol()
    clinic.run()
    [made] = clinic.all(Task)
    return made


def test_completing_a_task_wakes_its_journey(clinic, task):
    done = clinic.do(complete_task, task.uid, "reached", note="Comes on Monday")
    assert (done.status, done.outcome, done.completed_by, done.note) == (
        "completed",
        "reached",
        "test:clinic",
        "Comes on Monday",
    )
    assert "advance" in clinic.rung
    clinic.run()
    assert clinic.enrolment().ended_reason == "reached"
    [event] = clinic.all(Event, kind="task.completed")
    assert (event.outcome, event.enrolment_id, event.subject_id) == ("reached", task.enrolment_id, task.id)


def test_cancelling_a_task_lets_the_journey_go_on(clinic, task):
    clinic.do(cancel_task, task.uid, "moved-away")
    clinic.run()
    assert clinic.enrolment().ended_reason == "left"


def test_an_outcome_must_be_one_of_the_tasks_own(clinic, task):
    for outcome in (None, "maybe"):
        with pytest.raises(Invalid) as refused:
            clinic.do(complete_task, task.uid, outcome)
        assert [str(each) for each in refused.value.problems] == [
            "outcome: Say how it ended, with one of: reached, gone"
        ]
    assert clinic.all(Task)[0].status == "requested"


def test_a_closed_task_stays_as_it_is(clinic, task):
    clinic.do(complete_task, task.uid, "gone")
    for verb, given in ((complete_task, ("reached",)), (cancel_task, ()), (claim_task, ()), (release_task, ())):
        with pytest.raises(Stale):
            clinic.do(verb, task.uid, *given)
    clinic.run()
    assert clinic.enrolment().ended_reason == "gone"


def test_what_somebody_else_changed_is_not_overwritten(clinic, task):
    clinic.do(claim_task, task.uid, task.row_version)
    with pytest.raises(Stale):
        clinic.do(complete_task, task.uid, "gone", row_version=task.row_version)
    assert clinic.all(Task)[0].status == "accepted"


def test_claiming_releasing_and_assigning(clinic, task):
    claimed = clinic.do(claim_task, task.uid)
    assert (claimed.owner, claimed.status, claimed.claimed_at) == ("test:clinic", "accepted", clinic.now)
    assert clinic.do(claim_task, task.uid).owner == "test:clinic"
    clinic.do(lambda session, _: session.add(Practitioner(username="nina")))
    assert clinic.do(assign_task, task.uid, "nina").owner == "nina"
    with pytest.raises(Stale):
        clinic.do(claim_task, task.uid)
    with pytest.raises(Invalid):
        clinic.do(assign_task, task.uid, "nobody")
    released = clinic.do(release_task, task.uid)
    assert (released.owner, released.status) == (None, "requested")


def test_a_task_that_is_not_there_is_missing(clinic):
    with pytest.raises(Missing):
        clinic.do(claim_task, new_uid())


def test_lists_are_ordered_by_due_time_paged_and_audited(clinic, task):
    clinic.people(4)
    clinic.now += dt.timedelta(hours=1)
    clinic.enrol()
    clinic.run()
    first = clinic.do(my_tasks, "unclaimed", limit=3)
    second = clinic.do(my_tasks, "unclaimed", after=first.after, limit=3)
    assert [len(first.tasks), len(second.tasks), second.after] == [3, 2, None]
    shown = [*first.tasks, *second.tasks]
    assert [each.id for each in shown] == [each.id for each in sorted(shown, key=lambda each: (each.due_at, each.id))]
    assert first.tasks[0].id == task.id
    clinic.do(claim_task, task.uid)
    assert [each.id for each in clinic.do(my_tasks).tasks] == [task.id]
    assert clinic.do(my_tasks, "everyone", queue="elsewhere").tasks == []
    assert clinic.do(my_tasks, "everyone", overdue=True).tasks == []
    clinic.now = task.due_at + dt.timedelta(minutes=1)
    assert [each.id for each in clinic.do(my_tasks, "everyone", overdue=True).tasks] == [task.id]
    [load] = clinic.do(queues)
    assert (load.slug, load.waiting, load.unclaimed, load.overdue) == ("recall", 5, 4, 1)


def test_a_shown_list_is_one_audit_row(clinic, task, database):
    clinic.do(my_tasks, "everyone")

    engine = connect(database.url, OWNER)
    with sessions(engine)() as session:
        rows = [row for row in session.query(AuditEntry) if row.verb == "work.my_tasks"]
    engine.dispose()
    assert [(row.action, row.subject_ids, row.patient_ids) for row in rows] == [("R", [task.id], [task.patient_id])]
