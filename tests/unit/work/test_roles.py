"""The work of a role's queue is only for that role; which roles somebody has is a matter of the day."""

import datetime as dt

import pytest
from sqlalchemy import text

from journeys.foundation.audit import AuditEntry
from journeys.foundation.database import OWNER, connect, sessions
from journeys.foundation.errors import Forbidden
from journeys.store.organisation import Practitioner, PractitionerRole
from journeys.store.scope import EVERY_BRANCH, roles_of, scope_of
from journeys.store.tasks import Task
from journeys.work.assign_task import assign_task
from journeys.work.cancel_task import cancel_task
from journeys.work.claim_task import claim_task
from journeys.work.complete_task import complete_task
from journeys.work.release_task import release_task
from tests import make
from tests.unit.work.test_tasks import CALL

pytestmark = pytest.mark.store

VERBS = {
    claim_task: {},
    assign_task: {"owner": "nina"},
    release_task: {},
    complete_task: {"outcome": "reached"},
    cancel_task: {},
}
TODAY = dt.date(2026, 3, 3)
A_DAY = dt.timedelta(days=1)


def staff(session, _):
    session.add(Practitioner(username="nina"))


@pytest.fixture
def task(clinic):
    """A task in a queue of nurses."""
    clinic.do(staff)
    clinic.do(lambda session, _: session.execute(text("UPDATE task_queue SET role_code = 'nurse'")))
    clinic.publish(CALL)
    clinic.people()
    clinic.enrol()
    clinic.run()
    [made] = clinic.all(Task)
    return made


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.__name__)
def test_a_task_of_another_role_is_refused_and_the_attempt_is_kept(clinic, database, task, verb):
    for roles in ([], ["front-desk"]):
        with pytest.raises(Forbidden):
            clinic.do(verb, task.uid, **VERBS[verb], roles=roles)
    [untouched] = clinic.all(Task)
    assert (untouched.status, untouched.owner, untouched.row_version) == ("requested", None, task.row_version)
    engine = connect(database.url, OWNER)
    with sessions(engine)() as session:
        refused = session.query(AuditEntry).filter_by(outcome="8").all()
    engine.dispose()
    assert [row.verb for row in refused] == [f"work.{verb.__name__}"] * 2


@pytest.mark.parametrize("roles", [["nurse"], frozenset({"front-desk", "nurse"}), None])
@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.__name__)
def test_a_task_of_the_own_role_is_done_and_without_roles_nobody_asks(clinic, task, verb, roles):
    changed = clinic.do(verb, task.uid, **VERBS[verb], roles=roles)
    assert changed.row_version > task.row_version or verb is release_task


def test_a_queue_without_a_role_is_everybodys(clinic, task):
    clinic.do(lambda session, _: session.execute(text("UPDATE task_queue SET role_code = NULL")))
    assert clinic.do(claim_task, task.uid, roles=[]).status == "accepted"


def test_roles_are_those_in_force_wherever_they_are(clinic):
    def employ(session, _):
        nina = make.added(session, Practitioner(username="nina"))
        gone = make.added(session, Practitioner(username="gone", active=False))
        place = make.branch(session)
        rows = [
            {"code": "nurse", "location_id": place.id, "from_on": TODAY, "until_on": TODAY},
            {"code": "recall"},
            {"code": None, "location_id": place.id},
            {"code": "front-desk", "active": False},
            {"code": "doctor", "until_on": TODAY - A_DAY},
            {"code": EVERY_BRANCH, "from_on": TODAY + A_DAY},
        ]
        session.add_all(PractitionerRole(practitioner_id=nina.id, **row) for row in rows)
        session.add(PractitionerRole(practitioner_id=gone.id, code="nurse", location_id=place.id))
        return place.id

    place = clinic.do(employ)
    with clinic.sessions() as session:
        assert roles_of(session, "nina", TODAY) == {"nurse", "recall"}
        assert roles_of(session, "gone", TODAY) == roles_of(session, "nobody", TODAY) == frozenset()
        assert scope_of(session, "nina", TODAY).locations == {place}
        assert scope_of(session, "nina", TODAY + A_DAY).locations is None
        assert scope_of(session, "gone", TODAY).locations == frozenset()
