"""What goes stale while a journey is paused waits for a person's choice; each is carried out once, whatever breaks."""

import datetime as dt

import pytest
from sqlalchemy import text

from journeys.contact.ledger.balance import Period, balance
from journeys.flow.pauses.pause import pause
from journeys.flow.pauses.preview_pause import PausePreview, preview_pause
from journeys.flow.pauses.preview_resume import preview_resume
from journeys.flow.pauses.resume import resume
from journeys.flow.pauses.settle_pauses import settle_pauses
from journeys.flow.publishing.retire import retire
from journeys.flow.steps import SENDING
from journeys.foundation.errors import Invalid
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment, EnrolmentHistory
from journeys.store.events import Event
from journeys.store.pauses import JourneyPause
from journeys.store.tasks import Task
from tests.unit.flow.clinic import START, a_journey, a_step, say

pytestmark = pytest.mark.store

DAY = dt.timedelta(days=1)
DONE = [{"code": "done", "name": say("Done")}]
JOURNEY = a_journey(
    {
        "hello": a_step("send_message", "pause", template="hello"),
        "pause": a_step("wait", "again", for_={"days": 7}),
        "again": {**a_step("send_message", "rest", template="hello", useful_for_days=3), "name": say("Second message")},
        "rest": a_step("wait", "last", for_={"days": 7}),
        "last": a_step("send_message", "call", template="hello"),
        "call": a_step(
            "task",
            {"done": "end", "cancelled": "end"},
            queue="recall",
            title=say("Call"),
            outcomes=DONE,
            due={"days": 2},
        ),
        "end": a_step("end"),
    }
)
SEND = {"do": "send"}
SKIP = {"do": "skip"}
TASK = {"do": "task", "queue": "recall", "days": 2}


def paused_for(clinic, days, people=3, journey=JOURNEY):
    """Everybody waits for seven days, of which one was over when the journey was paused; the version."""
    clinic.people(people)
    version = clinic.publish(journey)
    clinic.enrol()
    clinic.run()
    set_messages(clinic, "delivered")
    clinic.pass_time(days=1)
    clinic.do(pause, "journey")
    clinic.pass_time(days=days)
    return str(version.id)


def set_messages(clinic, status):
    values = f"status = '{status}', channel = 'sms', sent_at = planned_at"
    clinic.do(lambda session, _: session.execute(text(f"UPDATE message SET {values}")))  # noqa: S608


def settle(clinic, limit=2):
    for _ in range(30):
        if not clinic.do(settle_pauses, limit):
            return
    raise AssertionError("Still going on")


def go_on(clinic, version, limit=2, **choices):
    clinic.do(resume, "journey", {version: choices})
    settle(clinic, limit)


def messages(clinic, step):
    return [(row.status, list(row.reasons)) for row in clinic.all(Message, step=step)]


def state_of_all(clinic, version_id=None):
    """Everything that a resumption leaves behind, but for ids and uids; of one version or of all."""
    inside = [row for row in clinic.all(Enrolment) if version_id in (None, row.version_id)]
    ids = {row.id for row in inside}

    def facts(table, *names):
        rows = [row for row in clinic.all(table) if row.enrolment_id in ids]
        wanted = ("patient_id", "step", "visit", *names)
        return sorted(tuple(str(getattr(row, name)) for name in wanted) for row in rows)

    standing = sorted((row.patient_id, row.status, row.step, row.visit, row.due_at) for row in inside)
    written = facts(Message, "status", "reasons", "planned_at", "useful_until")
    return standing, facts(EnrolmentHistory, "port", "left_at"), written, facts(Task, "status", "due_at", "title")


def test_what_will_wait_is_told_before_pausing(clinic):
    clinic.people(3)
    clinic.publish(JOURNEY)
    clinic.enrol()
    clinic.run()
    assert clinic.do(preview_pause, "journey") == PausePreview(3, {1: 0, 7: 3, 30: 3}, messages=3, tasks=0)


def test_nothing_is_stale_after_a_short_pause_and_all_go_on_at_once(clinic):
    version = paused_for(clinic, days=2)
    found = clinic.do(preview_resume, "journey")
    assert (found.held, found.steps, found.messages, found.tasks) == (3, [], [], [])
    assert clinic.do(resume, "journey", {version: {}}) == 3
    assert [row.status for row in clinic.all(Enrolment)] == ["active"] * 3
    [kept] = clinic.all(JourneyPause)
    assert (kept.status, kept.paused_at, kept.resumed_at) == ("resumed", START + DAY, clinic.now)
    assert not clinic.do(settle_pauses)


def test_what_came_due_is_counted_by_step_with_since_when(clinic):
    version = paused_for(clinic, days=8)
    found = clinic.do(preview_resume, "journey")
    [standing] = found.steps
    assert (standing.step, standing.type, standing.count, standing.since) == ("pause", "wait", 3, START + 7 * DAY)
    [coming] = found.messages
    assert (coming.version_id, coming.step, coming.name) == (int(version), "again", say("Second message"))
    assert (coming.waiting, coming.coming, coming.late, coming.since) == (0, 3, 0, START + 7 * DAY)
    clinic.now += 2 * DAY
    # planned on its day it would have been useful for three days, which are over
    assert [row.late for row in clinic.do(preview_resume, "journey").messages] == [3]


def test_nothing_happens_until_everything_stale_has_a_choice(clinic):
    version = paused_for(clinic, days=8)
    before = state_of_all(clinic)
    wrong = {
        "do": {},
        "queue": {"do": "task", "queue": "nowhere", "days": 2},
        "days": {"do": "task", "queue": "recall", "days": 0},
    }
    for place, choice in wrong.items():
        with pytest.raises(Invalid) as refused:
            clinic.do(resume, "journey", {version: {"again": choice}})
        assert [problem.where for problem in refused.value.problems] == [f"choices.{version}.again.{place}"]
    clinic.run()
    assert not clinic.do(settle_pauses)
    assert state_of_all(clinic) == before


@pytest.mark.parametrize(
    ("choice", "left"),
    [
        (SEND, ("planned", [])),
        (SKIP, ("held", ["skipped-after-pause"])),
        (TASK, ("held", ["task-after-pause"])),
    ],
    ids=["send", "skip", "task"],
)
def test_each_choice_is_carried_out_and_the_journey_goes_on(clinic, choice, left):
    version = paused_for(clinic, days=8)
    go_on(clinic, version, again=choice)
    assert messages(clinic, "again") == [left] * 3
    assert {(row.status, row.step, row.due_at) for row in clinic.all(Enrolment)} == {
        ("active", "rest", clinic.now + 7 * DAY)
    }
    made = [(row.step, row.status, row.title, row.due_at) for row in clinic.all(Task)]
    expected = ("again", "requested", say("Not sent: Second message"), clinic.now + 2 * DAY)
    assert made == ([expected] * 3 if choice == TASK else [])
    assert clinic.walked().count("again>next") == 3
    [kept] = clinic.all(JourneyPause)
    assert (kept.status, kept.choices) == ("resumed", {version: {"again": choice}})
    # what is on time again needs no choice
    clinic.pass_time(days=7)
    assert messages(clinic, "last") == [("planned", [])] * 3


def test_the_ledger_adds_up_and_calls_them_skipped(clinic):
    version = paused_for(clinic, days=8)
    go_on(clinic, version, again=SKIP)
    found = clinic.do(balance, Period(START - DAY, clinic.now + DAY), SENDING)
    assert found.adds_up
    assert (found.total.planned, found.total.sent, found.total.skipped) == (6, 3, 3)


@pytest.mark.parametrize("choice", [SEND, SKIP, TASK], ids=["send", "skip", "task"])
def test_messages_that_waited_already_are_treated_alike(clinic, choice):
    clinic.people(2)
    version = clinic.publish(JOURNEY)
    clinic.enrol()
    clinic.run()
    clinic.do(pause, "journey")
    clinic.now += DAY
    [row] = clinic.do(preview_resume, "journey").messages
    assert (row.step, row.waiting, row.coming, row.since) == ("hello", 2, 0, START)
    go_on(clinic, str(version.id), hello=choice)
    status = "planned" if choice == SEND else "held"
    assert [each for each, _ in messages(clinic, "hello")] == [status] * 2
    assert len(clinic.all(Task)) == (2 if choice == TASK else 0)
    assert {(row.status, row.step) for row in clinic.all(Enrolment)} == {("active", "pause")}


def test_a_crash_half_way_changes_nothing_in_the_end(clinic, monkeypatch):
    version = paused_for(clinic, days=8, people=5)
    clinic.do(resume, "journey", {version: {"again": TASK}})
    assert clinic.do(settle_pauses, 2) == 2

    def breaks(*_):
        raise SystemExit

    with monkeypatch.context() as broken, pytest.raises(SystemExit):
        broken.setattr("journeys.flow.pauses.settle_pauses.go_on", breaks)
        clinic.do(settle_pauses, 2)
    statuses = sorted(row.status for row in clinic.all(Enrolment))
    assert statuses == ["active"] * 2 + ["on-hold"] * 3
    settle(clinic)
    assert not clinic.do(settle_pauses)
    assert len(clinic.all(Task)) == len(messages(clinic, "again")) == 5
    assert {row.status for row in clinic.all(Enrolment)} == {"active"}
    assert len(clinic.all(Event, kind="task.created")) == 5


@pytest.mark.parametrize("choice", [SEND, SKIP, TASK], ids=["send", "skip", "task"])
def test_batches_of_any_size_leave_the_same(clinic, choice):
    clinic.people(7)
    versions = {slug: str(clinic.publish(JOURNEY, slug).id) for slug in ("journey", "other")}
    for slug in versions:
        clinic.enrol(slug)
    clinic.run()
    clinic.do(pause, "journey")
    clinic.do(pause, "other")
    clinic.pass_time(days=8)
    left = []
    for (slug, version), limit in zip(versions.items(), (1, 100), strict=True):
        clinic.do(resume, slug, {version: {"hello": SEND, "again": choice}})
        settle(clinic, limit)
        left.append(state_of_all(clinic, int(version)))
    assert left[0] == left[1]
    assert len(left[0][2]) == 14


def test_more_patients_take_no_more_statements(clinic):
    counts = []
    for people, slug in ((2, "few"), (40, "many")):
        clinic.people(people)
        version = clinic.publish(JOURNEY, slug)
        clinic.enrol(slug)
        clinic.run()
        clinic.do(pause, slug)
        clinic.pass_time(days=8)
        choices = {str(version.id): {"hello": SKIP, "again": TASK}}
        sent = 0
        for verb, *arguments in ((preview_resume, slug), (resume, slug, choices), (settle_pauses,)):
            clinic.do(verb, *arguments)
            sent += len(clinic.statements)
        counts.append(sent)
        assert not clinic.all(Enrolment, status="on-hold")
        settle(clinic)
        clinic.do(retire, slug, ends_now=True)
    assert counts[0] == counts[1]


def test_a_second_pause_while_going_on_holds_who_is_left(clinic):
    version = paused_for(clinic, days=8, people=5)
    clinic.do(resume, "journey", {version: {"again": SKIP}})
    clinic.do(settle_pauses, 2)
    clinic.do(pause, "journey")
    assert not clinic.do(settle_pauses)
    assert {row.status for row in clinic.all(Enrolment)} == {"on-hold"}
    found = clinic.do(preview_resume, "journey")
    assert [(row.step, row.count) for row in found.steps] == [("pause", 3)]
    go_on(clinic, version, again=SEND)
    assert sorted(messages(clinic, "again")) == [("held", ["skipped-after-pause"])] * 2 + [("planned", [])] * 3


def test_who_fails_on_the_way_is_set_aside_once_and_the_others_go_on(clinic):
    version = paused_for(clinic, days=8)
    clinic.do(
        lambda session, _: session.execute(
            text("UPDATE enrolment SET step = 'gone' WHERE id = (SELECT min(id) FROM enrolment)")
        )
    )
    go_on(clinic, version, again=SEND)
    assert sorted(row.status for row in clinic.all(Enrolment)) == ["active", "active", "on-hold"]
    assert len(messages(clinic, "again")) == 2


def test_an_exit_comes_before_any_choice(clinic):
    exits = [{"name": say("Spanish"), "rule": {"field": "language", "is": "one_of", "value": ["es"]}}]
    version = paused_for(clinic, days=8, journey={**JOURNEY, "exits": exits})
    clinic.do(
        lambda session, _: session.execute(
            text("UPDATE patient SET language = 'es' WHERE id = (SELECT min(patient_id) FROM enrolment)")
        )
    )
    go_on(clinic, version, again=TASK)
    assert sorted(row.status for row in clinic.all(Enrolment)) == ["active", "active", "revoked"]
    assert len(clinic.all(Task)) == 2
