"""What the engine promises of every history: each step once a visit and none skipped, whatever is repeated, late or
broken off, and however much has ended before."""

import datetime as dt
from itertools import pairwise, permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from journeys.flow.running.advance import advance
from journeys.store.contact import Message
from journeys.store.enrolments import EnrolmentHistory
from journeys.store.tasks import Task
from tests.unit.flow.clinic import a_journey, a_step, say

pytestmark = pytest.mark.store

SEEN = {"name": say("Seen"), "event": "encounter.recorded"}
JOURNEY = a_journey(
    {
        "hello": a_step("send_message", "answer", template="hello"),
        "answer": a_step(
            "wait", {"confirm": "rest", "other": "again", "timeout": "again"}, answers=["confirm"], timeout={"days": 3}
        ),
        "again": a_step("send_message", "rest", template="hello"),
        "rest": a_step("wait", "call", for_={"days": 2}),
        "call": a_step(
            "task",
            {"reached": "end", "cancelled": "end", "timeout": "end"},
            queue="recall",
            title=say("Call"),
            outcomes=[{"code": "reached", "name": say("Reached")}],
            due={"days": 2},
            timeout={"days": 4},
        ),
        "end": a_step("end"),
    },
    exits=[SEEN],
    reentry={"allowed": "never"},
)

DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("answer"), st.sampled_from(["confirm", "something else"])),
        st.tuples(st.just("seen")),
        st.tuples(st.just("measured")),
        st.tuples(st.just("time"), st.integers(-30, 90)),
        st.tuples(st.just("advance")),
        st.tuples(st.just("break off")),
    ),
    min_size=2,
    max_size=10,
)

SLOW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class BrokenOff(Exception):
    """Somebody died in the middle of an act."""


def break_off(session, doing):
    """Advance, and never commit."""
    advance(session, doing)
    raise BrokenOff


def play(clinic, deed, enrolments, times=1):
    """One deed, done to each of these enrolments, their events so many times."""
    name, *arguments = deed
    if name == "time":
        clinic.now += dt.timedelta(hours=arguments[0])
    elif name == "advance":
        clinic.run()
    elif name == "break off":
        with pytest.raises(BrokenOff):
            clinic.do(break_off)
    else:
        for enrolment in enrolments * times:
            happen(clinic, name, enrolment, *arguments)


def happen(clinic, name, enrolment, outcome=None):
    kinds = {"answer": "message.answered", "seen": "encounter.recorded", "measured": "observation.recorded"}
    facts = {"enrolment_id": enrolment.id, "outcome": outcome} if name == "answer" else {}
    clinic.happen(kinds[name], enrolment.patient_id, **facts)


def newcomers(clinic, count):
    """So many patients who have just come in."""
    patients = clinic.people(count)
    clinic.enrol()
    return [clinic.enrolment(patient_id=patient) for patient in patients]


def path(clinic, enrolment):
    """The way that was walked and where it led."""
    row = clinic.enrolment(id=enrolment.id)
    return clinic.walked(enrolment_id=enrolment.id), row.step, row.status, row.ended_reason


def assert_each_step_once_and_none_skipped(clinic, enrolment):
    """Visits follow one another without a gap, each at the step to which the one before led."""
    taken = sorted(clinic.all(EnrolmentHistory, enrolment_id=enrolment.id), key=lambda row: row.visit)
    assert [row.visit for row in taken] == list(range(1, len(taken) + 1))
    for before, after in pairwise(taken):
        assert JOURNEY["steps"][before.step]["next"][before.port] == after.step
    sends = [(row.step, row.visit) for row in taken if row.step in ("hello", "again") and row.port == "next"]
    messages = clinic.all(Message, enrolment_id=enrolment.id)
    assert sorted((row.step, row.visit) for row in messages) == sorted(sends)
    tasks = clinic.all(Task, enrolment_id=enrolment.id)
    assert len(tasks) == len({row.visit for row in tasks}) <= 1


def come_to_the_end(clinic):
    """Let every wait of the journey run out, one after another."""
    for _ in range(5):
        clinic.pass_time(days=8)


@pytest.fixture
def running(clinic):
    clinic.publish(JOURNEY)
    return clinic


@SLOW
@given(deeds=DEEDS)
def test_every_step_is_taken_once_and_none_is_skipped_whatever_happens(running, deeds):
    [enrolment] = newcomers(running, 1)
    for deed in deeds:
        play(running, deed, [enrolment])
    running.run()
    assert_each_step_once_and_none_skipped(running, enrolment)
    come_to_the_end(running)
    assert_each_step_once_and_none_skipped(running, enrolment)
    assert running.enrolment(id=enrolment.id).ended_at is not None


@SLOW
@given(deeds=DEEDS)
def test_what_is_repeated_changes_nothing(running, deeds):
    once, twice = newcomers(running, 2)
    for deed in deeds:
        play(running, deed, [once])
        if deed[0] in ("answer", "seen", "measured"):
            play(running, deed, [twice], times=2)
        if deed[0] == "advance":
            assert running.advance() == 0
    come_to_the_end(running)
    assert path(running, once) == path(running, twice)


def test_the_order_of_events_of_one_moment_does_not_matter(running):
    events = [("answer", "confirm"), ("seen",), ("measured",)]
    orders = list(permutations(events))
    enrolments = newcomers(running, len(orders))
    running.run()
    for order, enrolment in zip(orders, enrolments, strict=True):
        for deed in order:
            play(running, deed, [enrolment])
    running.run()
    walked = [path(running, enrolment) for enrolment in enrolments]
    assert walked == [(["hello>next", "answer>exit:0"], None, "revoked", "exit:0")] * len(orders)


def test_an_answer_after_its_wait_is_over_changes_nothing(running):
    [enrolment] = newcomers(running, 1)
    running.run()
    running.pass_time(days=3)
    before = path(running, enrolment)
    play(running, ("answer", "confirm"), [enrolment])
    running.run()
    assert path(running, enrolment) == before


FINISHED = text(
    "WITH someone AS (INSERT INTO patient (language) SELECT 'en' FROM generate_series(1, :count) RETURNING id)"
    " INSERT INTO enrolment (patient_id, lane, definition_id, version_id, status, entered_at, entered_by,"
    " step_entered_at, ended_at, ended_reason)"
    " SELECT id, id & 255, :definition, :version, 'completed', now(), 'test', now(), now(), 'completed' FROM someone"
)


def test_versions_and_finished_enrolments_do_not_slow_what_is_due(running):
    [enrolment] = newcomers(running, 1)
    running.advance()
    few = len(running.statements)
    for priority in range(1, 40):
        running.publish({**JOURNEY, "priority": priority})
    ended = {"count": 30_000, "definition": enrolment.definition_id, "version": enrolment.version_id}
    running.do(lambda session, _: session.execute(FINISHED, ended))
    running.do(lambda session, _: session.execute(text("ANALYZE enrolment")))
    plan = running.do(lambda session, _: "\n".join(session.scalars(DUE)))
    assert "ix_enrolment_due" in plan
    assert "Seq Scan" not in plan
    running.now += dt.timedelta(days=4)
    running.advance()
    assert len(running.statements) <= few + 4


DUE = text(
    "EXPLAIN SELECT id FROM enrolment WHERE due_at <= now() AND status = 'active'"
    " ORDER BY due_at, id LIMIT 5000 FOR UPDATE SKIP LOCKED"
)
