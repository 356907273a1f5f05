"""A clock that ran out makes a task, raises it and hands it on, once a rung; what has gone on needs none."""

import datetime as dt

import pytest
from sqlalchemy import update

from journeys.store.clock_escalations import ClockEscalation
from journeys.store.configuration import Definition
from journeys.store.due import DueItem
from journeys.store.events import Event
from journeys.store.referrals import Referral
from journeys.store.tasks import Task, TaskQueue
from journeys.work.claim_task import claim_task
from journeys.work.clocks.escalate import escalate
from journeys.work.clocks.stand_down import stand_down
from tests import make
from tests.make import NOON
from tests.unit.flow.clinic import a_journey, a_step, say
from tests.unit.work.watching import DAY, HOUR, SENT, STILL, referral, watch

pytestmark = pytest.mark.store

LADDER = [
    {"after": {"minutes": 0}, "priority": "routine"},
    {"after": {"days": 2}, "priority": "urgent"},
    {"after": {"days": 4}, "priority": "asap", "queue": "lead"},
]
CLOCK = {**SENT, "limit": {"days": 2}, "escalation": LADDER}

ASKING = a_journey(
    {
        "call": a_step(
            "task",
            {"reached": "end", "cancelled": "end", "timeout": "end"},
            queue="recall",
            title=say("Call"),
            outcomes=[{"code": "reached", "name": say("Reached")}],
            due={"days": 2},
            timeout={"days": 5},
        ),
        "end": a_step("end", reason="reached"),
    }
)


@pytest.fixture
def lead(clinic):
    """A queue that rungs hand tasks to; its id."""
    return clinic.do(lambda session, _: make.added(session, TaskQueue(slug="lead", name={"en": "Lead"})).id)


def task(clinic):
    [found] = clinic.all(Task)
    return found


def test_each_rung_is_climbed_once(clinic, lead):
    watch(clinic, "sent", CLOCK)
    number = referral(clinic, NOON - 2 * DAY)
    assert (clinic.do(escalate), clinic.do(escalate)) == (1, 0)
    made = task(clinic)
    assert (made.focus_kind, made.focus_id, made.title, made.priority) == (
        "referral",
        number,
        {"en": "Send it again"},
        "routine",
    )
    clinic.do(claim_task, made.uid)
    clinic.now += 2 * DAY
    assert (clinic.do(escalate), clinic.do(escalate)) == (1, 0)
    assert (task(clinic).priority, task(clinic).owner) == ("urgent", "test:clinic")
    clinic.now += 2 * DAY
    assert clinic.do(escalate) == 1
    kept, asked = clinic.all(Task)
    assert (kept.priority, kept.queue_id, kept.owner, kept.status) == (
        "asap",
        made.queue_id,
        "test:clinic",
        "accepted",
    )
    assert (asked.priority, asked.queue_id, asked.focus_id, asked.owner) == ("asap", lead, number, None)
    assert clinic.do(escalate) == 0
    assert [(row.rung, row.task_id) for row in clinic.all(ClockEscalation)] == [
        (0, made.id),
        (1, made.id),
        (2, asked.id),
    ]
    assert [event.kind for event in clinic.all(Event) if event.subject_kind == "task"] == ["task.created"] * 2


def test_what_nobody_has_taken_is_handed_on(clinic, lead):
    watch(clinic, "sent", CLOCK)
    referral(clinic, NOON - 2 * DAY)
    clinic.do(escalate)
    clinic.now += 4 * DAY
    assert clinic.do(escalate) == 2
    assert (task(clinic).priority, task(clinic).queue_id, task(clinic).owner) == ("asap", lead, None)


def test_a_journeys_task_about_the_same_thing_is_left_alone(clinic, lead):
    watch(clinic, "sent", CLOCK)
    number = referral(clinic, NOON - 60 * DAY)
    clinic.publish(ASKING)
    clinic.enrol()
    clinic.run()
    own = task(clinic)
    clinic.do(claim_task, own.uid)
    about = {"focus_kind": "referral", "focus_id": number}
    clinic.do(lambda session, _: session.execute(update(Task).values(**about)))
    assert clinic.do(escalate) == 3
    left, made = clinic.all(Task)
    assert (left.owner, left.queue_id, left.priority) == ("test:clinic", own.queue_id, own.priority)
    assert (made.queue_id, made.priority, made.enrolment_id) == (lead, "asap", None)


def test_a_clock_that_is_changed_and_runs_out_again_asks_again(clinic, lead):
    watch(clinic, "sent", CLOCK)
    referral(clinic, NOON - 3 * DAY)
    clinic.do(escalate)
    watch(clinic, "sent", {**CLOCK, "limit": {"days": 5}})
    assert (clinic.do(stand_down), clinic.do(escalate)) == (1, 0)
    clinic.now += 2 * DAY
    assert (clinic.do(escalate), clinic.do(escalate), clinic.do(stand_down)) == (1, 0, 0)
    assert [each.status for each in clinic.all(Task)] == ["cancelled", "requested"]


def test_before_the_limit_nothing_is_done(clinic, lead):
    watch(clinic, "sent", CLOCK)
    referral(clinic, NOON - 2 * DAY + HOUR)
    assert (clinic.do(escalate), clinic.all(Task)) == (0, [])


def test_many_rungs_and_clocks_at_once_are_one_task(clinic, lead):
    watch(clinic, "sent", CLOCK)
    watch(clinic, "still", {**STILL, "escalation": [{"after": {"minutes": 0}, "priority": "stat"}]})
    referral(clinic, NOON - 60 * DAY)
    assert clinic.do(escalate) == 4
    assert (task(clinic).priority, len(clinic.all(ClockEscalation))) == ("stat", 4)


def test_whoever_closes_the_task_is_asked_again_by_the_next_rung_only(clinic, lead):
    watch(clinic, "sent", CLOCK)
    referral(clinic, NOON - 2 * DAY)
    clinic.do(escalate)
    clinic.do(lambda session, _: session.execute(update(Task).values(status="cancelled")))
    assert clinic.do(escalate) == 0
    clinic.now += 2 * DAY
    assert clinic.do(escalate) == 1
    assert [each.status for each in clinic.all(Task)] == ["cancelled", "requested"]


def test_what_moves_and_stands_still_again_begins_anew(clinic, lead):
    watch(clinic, "sent", CLOCK)
    referral(clinic, NOON - 2 * DAY)
    clinic.do(escalate)
    clinic.do(lambda session, _: session.execute(update(Referral).values(status_at=NOON)))
    assert clinic.do(escalate) == 0
    clinic.now += 2 * DAY
    assert clinic.do(escalate) == 1
    assert len(clinic.all(Task)) == 1


def test_a_task_past_its_time_is_raised_itself(clinic, lead):
    content = {key: value for key, value in CLOCK.items() if key != "queue"}
    watch(clinic, "late", {**content, "entity": "task", "state": "due", "limit": {"minutes": 0}})

    def ask(session, _):
        patient, queue = make.person(session, sms=None).id, session.query(TaskQueue).filter_by(slug="recall").one().id
        facts = {"title": {"en": "Call"}, "outcomes": [], "created_at": NOON - 9 * DAY, "due_at": NOON - 5 * DAY}
        return make.added(session, Task(patient_id=patient, queue_id=queue, **facts)).id

    number = clinic.do(ask)
    assert clinic.do(escalate) == 3
    raised = task(clinic)
    assert (raised.id, raised.priority, raised.queue_id) == (number, "asap", lead)
    assert clinic.do(stand_down) == 0


def test_working_days_of_a_rung_are_those_of_the_place(clinic, lead):
    rungs = [{"after": {"working_days": 1}, "priority": "urgent"}]
    watch(clinic, "sent", {**CLOCK, "limit": {"hours": 1}, "escalation": rungs})
    friday = dt.datetime(2026, 3, 6, 17, 0, tzinfo=dt.UTC)
    referral(clinic, friday)
    clinic.now = dt.datetime(2026, 3, 9, 20, 59, tzinfo=dt.UTC)
    assert clinic.do(escalate) == 0
    clinic.now += dt.timedelta(minutes=1)
    assert clinic.do(escalate) == 1


def test_what_has_gone_on_needs_no_task(clinic, lead):
    watch(clinic, "sent", CLOCK)
    gone, stays = referral(clinic, NOON - 3 * DAY), referral(clinic, NOON - 3 * DAY)
    assert (clinic.do(escalate), clinic.do(stand_down)) == (2, 0)
    clinic.do(lambda session, _: session.execute(update(Referral).where(Referral.id == gone).values(status="accepted")))
    assert (clinic.do(stand_down), clinic.do(stand_down)) == (1, 0)
    found = {each.focus_id: (each.status, each.cancelled_reason) for each in clinic.all(Task)}
    assert found == {gone: ("cancelled", "went-on"), stays: ("requested", None)}
    assert [event.outcome for event in clinic.all(Event) if event.kind == "task.cancelled"] == ["went-on"]


def test_a_task_that_somebody_has_taken_is_theirs_to_close(clinic, lead):
    watch(clinic, "sent", CLOCK)
    referral(clinic, NOON - 3 * DAY)
    clinic.do(escalate)
    clinic.do(claim_task, task(clinic).uid)
    clinic.do(lambda session, _: session.execute(update(Referral).values(status="accepted")))
    assert (clinic.do(stand_down), task(clinic).status) == (0, "accepted")


def test_without_clocks_nothing_is_done_and_statements_do_not_grow(clinic, lead):
    assert (clinic.do(escalate), clinic.do(stand_down)) == (0, 0)
    watch(clinic, "sent", CLOCK)
    counts = []
    for size in (2, 6):
        for _ in range(size):
            referral(clinic, NOON - 2 * DAY)
        assert clinic.do(escalate) == size
        counts.append(len(clinic.statements))
    assert counts[0] == counts[1]


def test_a_task_is_never_less_urgent_than_what_it_is_about(clinic, lead):
    def recall(session, doing, patient, severity):
        since = (NOON - 10 * DAY).date()
        dates = {"opens_on": since, "due_on": since, "overdue_on": since}
        asked = {"opened_at": NOON - 40 * DAY, "recalled_at": NOON - 40 * DAY, "recalled_by": "test"}
        about = {"status": "overdue", "reason": "recalled", "severity": severity, "queue": "recall"}
        session.add(DueItem(patient_id=patient, status_at=NOON, **dates, **asked, **about))

    due = {**STILL, "entity": "due", "state": "overdue", "limit": {"days": 1}, "next_step": {"en": "Call"}}
    watch(clinic, "overdue", {**due, "escalation": [{"after": {"minutes": 0}, "priority": "urgent"}]})
    for patient, severity in zip(clinic.people(3), ("moderate", "high", "critical"), strict=True):
        clinic.do(recall, patient, severity)
    assert clinic.do(escalate) == 3
    assert [each.priority for each in clinic.all(Task)] == ["urgent", "urgent", "asap"]


def test_a_task_of_a_clock_that_was_withdrawn_says_so(clinic, lead):
    watch(clinic, "sent", CLOCK)
    referral(clinic, NOON - 3 * DAY)
    clinic.do(escalate)
    retired = update(Definition).where(Definition.kind == "safety-clock").values(status="retired", live_version_id=None)
    clinic.do(lambda session, _: session.execute(retired))
    assert clinic.do(stand_down) == 1
    assert (task(clinic).status, task(clinic).cancelled_reason) == ("cancelled", "clock-withdrawn")
