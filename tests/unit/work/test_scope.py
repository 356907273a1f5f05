"""Staff of one branch do their work, and what it calls for, without seeing another branch."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session, sessionmaker

from journeys.flow.events.react import react
from journeys.foundation.acting import Act, House, Scope, act
from journeys.foundation.database import PORTAL, connect, sessions
from journeys.foundation.errors import Missing
from journeys.store.tasks import Task
from journeys.work.complete_task import complete_task
from journeys.work.my_tasks import my_tasks
from tests import make
from tests.unit.work.test_tasks import CALL

pytestmark = pytest.mark.store


@pytest.fixture
def portal(database) -> Iterator[sessionmaker[Session]]:
    engine = connect(database.url, PORTAL)
    yield sessions(engine)
    engine.dispose()


def one_each(session, _):
    branches = [make.branch(session, slug) for slug in ("riverside", "harbour")]
    for place in branches:
        make.person(session, sms=None, at=place)
    return [place.id for place in branches]


def test_a_task_of_the_own_branch_wakes_its_journey_and_others_are_not_there(clinic, portal):
    clinic.publish(CALL)
    here, elsewhere = clinic.do(one_each)
    assert clinic.enrol() == 2
    clinic.run()
    tasks = {task.location_id: task for task in clinic.all(Task)}
    rung: list[str] = []
    house = House(portal, react, rung.append)
    nina = Act(clinic.now, "user:nina", Scope(frozenset({here})))
    assert [task.id for task in act(house, nina, my_tasks, "everyone").tasks] == [tasks[here].id]
    with pytest.raises(Missing):
        act(house, nina, complete_task, tasks[elsewhere].uid, "reached")
    done = act(house, nina, complete_task, tasks[here].uid, "reached")
    assert (done.owner, done.completed_by) == ("nina", "nina")
    assert rung == ["advance"]
    clinic.run()
    assert clinic.walked(patient_id=tasks[here].patient_id) == ["call>reached", "reached>end"]
    assert clinic.walked(patient_id=tasks[elsewhere].patient_id) == []
