"""The figures of a journey: everybody is counted once at each step, over the patients that the viewer may see."""

import datetime as dt

import pytest

from journeys.flow.seeing.funnel import funnel
from journeys.foundation.acting import Act, Scope, act
from journeys.foundation.database import PORTAL, connect, sessions
from journeys.foundation.errors import Missing
from tests import make
from tests.unit.flow.clinic import START, Clinic, a_journey, a_step, say

pytestmark = pytest.mark.store

ELDERS = {"field": "age", "is": "at_least", "value": 65}
JOURNEY = a_journey(
    {
        "hello": a_step("send_message", "answer", stage="access", template="hello"),
        "answer": a_step(
            "wait",
            {"confirm": "done", "other": "parted", "timeout": "parted"},
            answers=["confirm"],
            timeout={"days": 7},
        ),
        "parted": a_step(
            "branch", {"elder": "rest", "otherwise": "late"}, branches=[{"port": "elder", "rule": ELDERS}]
        ),
        "rest": a_step("wait", "late", stage="follow-up", for_={"days": 30}),
        "done": {**a_step("end", reason="booked"), "name": say("A visit is booked")},
        "late": a_step("end", reason="lapsed"),
    },
    exits=[{"name": say("Seen"), "event": "encounter.recorded"}],
)


def figures(clinic: Clinic, **arguments):
    return clinic.do(funnel, "journey", arguments.pop("since", START), **arguments)


@pytest.fixture
def walked(clinic):
    """Six patients: two answer, one is seen, three are silent, two of whom are old."""
    clinic.publish(JOURNEY)
    young = clinic.people(4, birth_date=dt.date(1990, 1, 1))
    clinic.people(2, birth_date=dt.date(1940, 1, 1))
    clinic.enrol()
    clinic.run()
    clinic.pass_time(days=1)
    for patient in young[:2]:
        enrolment = clinic.enrolment(patient_id=patient)
        clinic.happen("message.answered", patient, enrolment_id=enrolment.id, outcome="confirm")
    clinic.happen("encounter.recorded", young[2])
    clinic.pass_time(days=7)
    clinic.now += dt.timedelta(days=3)
    return clinic


def test_everybody_is_counted_once_at_each_step(walked):
    found = figures(walked)
    counted = {step.step_id: (step.entered, step.standing, step.left) for step in found.steps}
    assert counted == {
        "hello": (6, 0, {"next": 6}),
        "answer": (6, 0, {"confirm": 2, "timeout": 3, "": 1}),
        "parted": (3, 0, {"elder": 2, "otherwise": 1}),
        "rest": (2, 2, {}),
        "done": (2, 0, {"": 2}),
        "late": (1, 0, {"": 1}),
    }
    assert (found.standing, found.left) == (2, 4)
    assert [(each.kind, each.code, each.name, each.count) for each in found.ended] == [
        ("end", "booked", say("A visit is booked"), 2),
        ("end", "lapsed", None, 1),
        ("exit", "exit:0", say("Seen"), 1),
    ]
    assert found.written.keys() == counted.keys()


def test_where_they_wait_and_how_long(walked):
    rest = next(step for step in figures(walked).steps if step.step_id == "rest")
    assert (rest.median, rest.longest, rest.usual) == (dt.timedelta(days=3), dt.timedelta(days=3), None)


def test_the_usual_stay_is_the_mean_of_those_who_left(walked):
    answer = next(step for step in figures(walked).steps if step.step_id == "answer")
    assert answer.usual == (2 * dt.timedelta(days=8) + dt.timedelta(days=1) + 3 * dt.timedelta(days=8)) / 6


def test_stages_are_come_to_from_outside_them(walked):
    assert [(each.stage, each.entered, each.standing) for each in figures(walked).stages] == [
        ("access", 6, 0),
        ("follow-up", 2, 2),
    ]


def test_each_version_has_figures_of_its_own(walked):
    walked.publish({**JOURNEY, "priority": 60})
    walked.people(birth_date=dt.date(1990, 1, 1))
    walked.enrol()
    walked.run()
    assert [figures(walked, number=number).steps[0].entered for number in (1, 2, None)] == [6, 1, 7]
    assert figures(walked).numbers == [2, 1]


def test_what_was_left_before_the_time_is_not_counted(walked):
    assert figures(walked, since=walked.now).left == 0
    assert figures(walked, since=walked.now).standing == 2


def test_a_journey_that_is_not_there_is_missing(clinic):
    with pytest.raises(Missing):
        figures(clinic)


def test_as_many_statements_for_many_as_for_few(walked):
    figures(walked)
    few = len(walked.statements)
    walked.people(60)
    walked.enrol()
    walked.run()
    assert figures(walked).standing == 62
    assert len(walked.statements) == few


def test_only_patients_of_the_viewers_branches_are_counted(clinic, database):
    clinic.publish(JOURNEY)
    branches = clinic.do(lambda session, _: [make.branch(session, slug).id for slug in ("north", "south")])

    def people(session, _):
        for branch, number in zip(branches, (1, 3), strict=True):
            for _ in range(number):
                make.person(session, sms=None, at=session.get(make.Location, branch))

    clinic.do(people)
    clinic.enrol()
    clinic.run()
    engine = connect(database.url, PORTAL)
    house = type(clinic.house)(sessions(engine))
    seen = [
        act(house, Act(clinic.now, "user:viewer", Scope(frozenset(scope))), funnel, "journey", START).standing
        for scope in (branches, branches[:1], branches[1:], ())
    ]
    engine.dispose()
    assert seen == [4, 1, 3, 0]
