"""Who owns a task of a journey: only somebody who may work on it, the least loaded first, several patients in turns."""

import datetime as dt

import pytest
from sqlalchemy import update

from journeys.store.organisation import Location, Practitioner, PractitionerRole
from journeys.store.people import Patient
from journeys.store.tasks import Task, TaskQueue
from journeys.work.complete_task import complete_task
from tests import make
from tests.unit.flow.clinic import START, a_journey, a_step, say

pytestmark = pytest.mark.store

OUTCOMES = [{"code": "done", "name": say("Done")}]


def owned(rule):
    task = {"queue": "recall", "title": say("Call"), "outcomes": OUTCOMES, "owner": rule, "due": {"days": 1}}
    return a_journey(
        {
            "call": a_step("task", {"done": "again", "cancelled": "end"}, **task),
            "again": a_step("task", {"done": "end", "cancelled": "end"}, **task),
            "end": a_step("end"),
        }
    )


@pytest.fixture
def staff(clinic):
    """Nina and Omar call in this branch; Pia elsewhere, Quin does something else, Rita's time is over."""

    def employ(session, _):
        here, elsewhere = make.branch(session), make.branch(session, "hill")
        session.execute(update(TaskQueue).values(role_code="recall"))
        yesterday = START.date() - dt.timedelta(days=1)
        for username, facts in {
            "nina": {"location_id": here.id, "code": "recall"},
            "omar": {"location_id": here.id, "code": "recall"},
            "pia": {"location_id": elsewhere.id, "code": "recall"},
            "quin": {"location_id": here.id, "code": "front-desk"},
            "rita": {"location_id": here.id, "code": "recall", "until_on": yesterday},
        }.items():
            person = make.added(session, Practitioner(username=username))
            session.add(PractitionerRole(practitioner_id=person.id, **facts))

    clinic.do(employ)
    return clinic


def settle_here(clinic, patients):
    """These patients belong to the branch."""

    def move(session, _):
        here = session.query(Location).filter_by(slug="riverside").one()
        session.execute(update(Patient).where(Patient.id.in_(patients)).values(managing_location_id=here.id))

    clinic.do(move)


def owners(clinic, **facts):
    return [task.owner for task in clinic.all(Task, **facts)]


def test_the_least_loaded_comes_first_and_then_all_in_turns(staff):
    settle_here(staff, staff.people(5))
    staff.publish(owned("least-loaded"))
    staff.enrol()
    staff.run()
    assert sorted(owners(staff)) == ["nina"] * 3 + ["omar"] * 2
    settle_here(staff, staff.people(1))
    staff.enrol()
    staff.run()
    assert owners(staff)[-1] == "omar"


def test_where_nobody_may_work_on_it_the_task_is_the_queues(staff):
    staff.people(1)
    staff.publish(owned("least-loaded"))
    staff.enrol()
    staff.run()
    assert owners(staff) == [None]


def test_the_last_owner_gets_the_next_task_too(staff):
    settle_here(staff, staff.people(1))
    staff.publish(owned("last-owner"))
    staff.enrol()
    staff.run()
    [first] = staff.all(Task)
    assert first.owner is None
    staff.do(lambda session, _: session.execute(update(Task).values(owner="omar", status="accepted")))
    staff.do(complete_task, first.uid, "done")
    staff.run()
    assert owners(staff) == ["omar", "omar"]


def test_whoever_may_not_work_on_it_any_more_does_not_get_it(staff):
    settle_here(staff, staff.people(1))
    staff.publish(owned("last-owner"))
    staff.enrol()
    staff.run()
    [first] = staff.all(Task)
    staff.do(lambda session, _: session.execute(update(Task).values(owner="pia", status="accepted")))
    staff.do(complete_task, first.uid, "done")
    staff.run()
    assert owners(staff) == ["pia", None]
