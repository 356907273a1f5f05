"""Two transactions at once, held at the decisive moment by locks: nothing is slept through, nobody is moved twice."""

import threading
from collections.abc import Callable

import pytest

from journeys.flow.events.react import react
from journeys.flow.pauses.pause import pause
from journeys.flow.publishing.publish import publish
from journeys.flow.publishing.retire import retire
from journeys.flow.running.advance import advance
from journeys.foundation.lanes import ALL_LANES, lock_lanes
from journeys.store.enrolments import Enrolment
from journeys.store.events import emit
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.tasks import Task
from tests.locks import WAITING
from tests.unit.flow.clinic import a_journey, a_step, say

pytestmark = pytest.mark.store

JOURNEY = a_journey(
    {
        "hello": a_step("send_message", "answer", template="hello"),
        "answer": a_step(
            "wait", {"confirm": "yes", "other": "other", "timeout": "late"}, answers=["confirm"], timeout={"days": 9}
        ),
        "yes": a_step("end", reason="yes"),
        "other": a_step("end", reason="other"),
        "late": a_step("end", reason="late"),
    }
)


class Other(threading.Thread):
    """Another transaction, on a connection of its own."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self.work = work
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.work()
        except BaseException as error:
            self.error = error

    def finish(self) -> None:
        self.join(120)
        assert not self.is_alive()
        if self.error is not None:
            raise self.error


def until_it_waits_for_a_lane(clinic):
    """Look until another connection stands before a lane's lock; the look itself takes the time."""
    with clinic.sessions() as session:
        for _ in range(20_000):
            if session.scalar(WAITING):
                return
            session.rollback()
    raise AssertionError("Nobody waits for a lane")


@pytest.fixture
def standing(clinic):
    """A patient whose enrolment is due at the message, one step before the wait."""
    clinic.publish(JOURNEY)
    [patient] = clinic.people()
    clinic.enrol()
    return clinic, patient


def reply(session, doing, patient, enrolment):
    emit(session, doing, "message.answered", [{"patient_id": patient, "enrolment_id": enrolment, "outcome": "confirm"}])


def test_a_reply_while_the_enrolment_moves_into_the_wait_waits_and_wakes_it(standing):
    clinic, patient = standing
    enrolment = clinic.enrolment().id
    with clinic.sessions() as moving, moving.begin():
        assert advance(moving, clinic.act()) == 1
        answering = Other(lambda: clinic.do(reply, patient, enrolment))
        answering.start()
        until_it_waits_for_a_lane(clinic)
    answering.finish()
    assert clinic.enrolment().answer == "confirm"
    clinic.run()
    assert clinic.enrolment().ended_reason == "yes"


def test_a_reply_that_commits_before_the_move_is_found_on_entering_the_wait(standing):
    clinic, patient = standing
    enrolment = clinic.enrolment().id
    with clinic.sessions() as answering, answering.begin():
        reply(answering, clinic.act(), patient, enrolment)
        react(answering, clinic.act())
        moving = Other(clinic.advance)
        moving.start()
        until_it_waits_for_a_lane(clinic)
    moving.finish()
    standing_now = clinic.enrolment()
    assert (standing_now.step, standing_now.answer, standing_now.due_at) == ("answer", "confirm", clinic.now)
    clinic.run()
    assert clinic.enrolment().ended_reason == "yes"


def test_what_happened_before_the_last_stay_ended_is_no_news(clinic):
    journey = a_journey(
        {
            "first": a_step("wait", {"happened": "second", "timeout": "second"}, event="patient.changed",
                            timeout={"days": 5}),
            "second": a_step("wait", {"happened": "end", "timeout": "end"}, event="patient.changed",
                             timeout={"days": 5}),
            "end": a_step("end"),
        }
    )  # fmt: skip
    clinic.publish(journey)
    [patient] = clinic.people()
    clinic.enrol()
    clinic.happen("patient.changed", patient)
    clinic.run()
    assert clinic.enrolment().step == "second", "one event ends one wait"
    clinic.happen("patient.changed", patient)
    clinic.run()
    assert clinic.walked() == ["first>happened", "second>happened", "end>end"]


def test_news_between_the_end_of_a_stay_and_the_move_is_kept(clinic):
    journey = a_journey(
        {
            "pause": a_step("wait", "news", for_={"days": 1}),
            "news": a_step("wait", {"happened": "end", "timeout": "end"}, event="patient.changed",
                           timeout={"days": 5}),
            "end": a_step("end"),
        }
    )  # fmt: skip
    clinic.publish(journey)
    [patient] = clinic.people()
    clinic.enrol()
    clinic.advance()
    clinic.now = clinic.enrolment().due_at
    clinic.happen("patient.changed", patient)
    clinic.pass_time(hours=2)
    assert clinic.walked() == ["pause>next", "news>happened", "end>end"]


def test_two_workers_never_move_the_same_enrolment(standing):
    clinic, _ = standing
    clinic.people(30)
    clinic.enrol()
    with clinic.sessions() as moving, moving.begin():
        assert advance(moving, clinic.act()) == 31
        other = Other(clinic.advance)
        other.start()
        until_it_waits_for_a_lane(clinic)
    other.finish()
    assert clinic.walked() == ["hello>next"] * 31
    assert clinic.all(Task) == []


def enrol_while(clinic, change):
    """Enrol on another connection that stands before the lanes while `change` commits."""
    with clinic.sessions() as changing, changing.begin():
        lock_lanes(changing, ALL_LANES)
        entering = Other(clinic.enrol)
        entering.start()
        until_it_waits_for_a_lane(clinic)
        change(changing, clinic.act())
    entering.finish()


@pytest.mark.parametrize("stop", [pause, retire])
def test_nobody_enters_a_journey_that_stops_while_the_lanes_are_waited_for(clinic, stop):
    clinic.publish(JOURNEY)
    clinic.people()
    enrol_while(clinic, lambda session, doing: stop(session, doing, "journey"))
    assert clinic.all(Enrolment) == []


def test_everybody_enters_the_version_that_is_published_while_the_lanes_are_waited_for(clinic):
    old = clinic.publish(JOURNEY)
    clinic.people()

    def publish_another(session, doing):
        save_draft(session, doing, "journey", "journey", say("journey"), {**JOURNEY, "priority": 60})
        publish(session, doing, "journey")

    enrol_while(clinic, publish_another)
    assert clinic.enrolment().version_id > old.id
