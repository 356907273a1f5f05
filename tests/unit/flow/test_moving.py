"""Patients move to a newer version and back: nobody is lost, no message is repeated or dropped unasked."""

import datetime as dt
import random

import pytest

from journeys.flow.moves.carry_out_moves import carry_out_moves
from journeys.flow.moves.move_patients import move_patients
from journeys.flow.moves.preview_move import preview_move
from journeys.flow.moves.undo_move import undo_move
from journeys.foundation.errors import Invalid, Stale
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment, EnrolmentHistory
from journeys.store.moves import EnrolmentMove, JourneyMove
from journeys.store.tasks import Task
from tests.unit.flow.clinic import START, a_journey, a_step

pytestmark = pytest.mark.store

HELLO = a_step("send_message", "pause", template="hello")
DONE = [{"code": "done", "name": {"en": "Done"}}]
ASKED = {"queue": "recall", "title": {"en": "Call"}, "outcomes": DONE, "due": {"days": 2}}
CALL = a_step("task", {"done": "end", "cancelled": "end"}, **ASKED)
END = a_step("end")


def pause(days, then):
    return a_step("wait", then, for_={"days": days})


OLD = a_journey({"hello": HELLO, "pause": pause(14, "call"), "call": CALL, "end": END})
SHORTER = a_journey({"hello": HELLO, "pause": pause(10, "call"), "call": CALL, "end": END})
WITHOUT_PAUSE = a_journey(
    {"hello": a_step("send_message", "rest", template="hello"), "rest": pause(3, "call"), "call": CALL, "end": END}
)
REMINDS = a_journey(
    {
        "hello": HELLO,
        "pause": pause(14, "again"),
        "again": a_step("send_message", "call", template="hello"),
        "call": CALL,
        "end": END,
    }
)


def everything(clinic):
    """All columns of all enrolments, and the state of all tasks and messages."""
    columns = [column.key for column in Enrolment.__table__.columns]
    rows = [tuple(getattr(row, name) for name in columns) for row in clinic.all(Enrolment)]
    tasks = [(row.step, row.visit, row.status) for row in clinic.all(Task)]
    return rows, tasks, messages(clinic)


def messages(clinic):
    return [(row.enrolment_id, row.step, row.visit, row.status) for row in clinic.all(Message)]


def work(clinic, limit=2):
    for _ in range(30):
        if not clinic.do(carry_out_moves, limit):
            return
    raise AssertionError("Still moving")


def table(clinic, targets=()):
    rows = clinic.do(preview_move, "journey", dict(targets))
    return [(row.step, row.standing, row.target, row.kind, row.skips, row.repeating) for row in rows]


def begin(clinic, people=3):
    """Everybody waits in the old version."""
    clinic.people(people)
    version = clinic.publish(OLD)
    clinic.enrol()
    clinic.run()
    return str(version.id)


def test_who_stays_keeps_their_visit_and_the_time_they_have_waited(clinic):
    begin(clinic)
    clinic.pass_time(days=8)
    new = clinic.publish(SHORTER)
    before = messages(clinic)
    assert table(clinic) == [("pause", 3, "pause", "stays", (), 0)]
    clinic.do(move_patients, "journey", {})
    work(clinic)
    for each in clinic.all(Enrolment):
        assert (each.version_id, each.step, each.visit) == (new.id, "pause", 2)
        assert each.due_at == START + dt.timedelta(days=10)
    assert messages(clinic) == before
    assert [row.step for row in clinic.all(EnrolmentHistory)] == ["hello"] * 3
    [move] = clinic.all(JourneyMove)
    assert (move.status, move.moved) == ("moved", 3)
    clinic.pass_time(days=2)
    assert {each.step for each in clinic.all(Enrolment)} == {"call"}


def test_who_stands_at_a_step_that_is_gone_stays_until_a_person_says_where_they_go(clinic):
    old = begin(clinic)
    clinic.publish(WITHOUT_PAUSE)
    assert table(clinic) == [("pause", 3, None, "needs a person", (), 0)]
    with pytest.raises(Invalid, match="Nobody would move"):
        clinic.do(move_patients, "journey", {})
    assert table(clinic, {old: {"pause": "nowhere"}}) == [("pause", 3, None, "needs a person", (), 0)]
    targets = {old: {"pause": "rest"}}
    assert table(clinic, targets) == [("pause", 3, "rest", "jumps", (), 0)]
    before = messages(clinic)
    clinic.do(move_patients, "journey", targets)
    work(clinic)
    for each in clinic.all(Enrolment):
        assert (each.step, each.visit, each.due_at) == ("rest", 3, START + dt.timedelta(days=3))
    assert messages(clinic) == before
    assert clinic.walked()[-3:] == ["pause>moved-to-version"] * 3


def test_repeating_and_leaving_out_need_a_yes(clinic):
    old = begin(clinic)
    clinic.publish(WITHOUT_PAUSE)
    again = {old: {"pause": "hello"}}
    assert table(clinic, again) == [("pause", 3, "hello", "jumps", (), 3)]
    with pytest.raises(Invalid, match="repeated or left out"):
        clinic.do(move_patients, "journey", again)
    clinic.do(move_patients, "journey", again, accepts=True)
    work(clinic)
    clinic.run()
    assert [(step, visit) for _, step, visit, _ in messages(clinic)] == [("hello", 1)] * 3 + [("hello", 3)] * 3


def test_a_message_that_the_older_version_still_held_is_not_dropped_unasked(clinic):
    clinic.people(1)
    old = str(clinic.publish(REMINDS).id)
    clinic.enrol()
    clinic.run()
    clinic.publish(OLD)
    assert table(clinic) == [("pause", 1, "pause", "stays", ("hello",), 0)]
    with pytest.raises(Invalid, match="repeated or left out"):
        clinic.do(move_patients, "journey", {})
    assert table(clinic, {old: {"pause": "hello"}})[0][4:] == ((), 1)


def test_a_task_is_cancelled_and_open_again_when_the_move_is_taken_back(clinic):
    old = begin(clinic, 1)
    clinic.pass_time(days=14)
    before = everything(clinic)
    clinic.publish(WITHOUT_PAUSE)
    clinic.do(move_patients, "journey", {old: {"call": "rest"}})
    work(clinic)
    assert [(row.status, row.cancelled_reason) for row in clinic.all(Task)] == [("cancelled", "moved-to-version")]
    [move] = clinic.all(JourneyMove)
    clinic.do(undo_move, move.uid)
    work(clinic)
    assert everything(clinic) == before
    assert clinic.walked()[-2:] == ["call>moved-to-version", "rest>move-taken-back"]


def test_who_moved_on_is_not_taken_back(clinic):
    old = begin(clinic, 2)
    clinic.publish(WITHOUT_PAUSE)
    clinic.do(move_patients, "journey", {old: {"pause": "rest"}})
    work(clinic)
    first, second = clinic.all(Enrolment)
    clinic.do(lambda session, _: setattr(session.get(Enrolment, first.id), "due_at", clinic.now))
    clinic.run()
    [move] = clinic.all(JourneyMove)
    clinic.do(undo_move, move.uid)
    work(clinic)
    assert [each.step for each in clinic.all(Enrolment)] == ["call", "pause"]
    assert [row.undone_at is None for row in clinic.all(EnrolmentMove)] == [True, False]
    with pytest.raises(Stale):
        clinic.do(undo_move, move.uid)


def test_one_move_of_a_journey_at_a_time_and_only_to_what_was_looked_at(clinic):
    begin(clinic)
    first = clinic.publish(SHORTER)
    clinic.publish(REMINDS)
    with pytest.raises(Stale):
        clinic.do(move_patients, "journey", {}, accepts=True, to_version_id=first.id)
    clinic.do(move_patients, "journey", {}, accepts=True)
    with pytest.raises(Stale):
        clinic.do(move_patients, "journey", {}, accepts=True)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_chosen_nobody_is_lost_no_message_changes_and_undoing_restores(clinic, seed):
    drawn = random.Random(seed)
    old = begin(clinic, 4)
    for each in clinic.all(Enrolment)[: drawn.randint(0, 4)]:
        clinic.do(lambda session, _, row=each: setattr(session.get(Enrolment, row.id), "due_at", clinic.now))
    clinic.run()
    before = everything(clinic)
    clinic.publish(drawn.choice([SHORTER, WITHOUT_PAUSE, REMINDS]))
    steps = ["hello", "call", "end", "rest", "pause", "nowhere"]
    targets = {old: {step: drawn.choice(steps) for step in ("pause", "call")}}
    going = sum(row[1] for row in table(clinic, targets) if row[2])
    if not going:
        with pytest.raises(Invalid):
            clinic.do(move_patients, "journey", targets, accepts=True)
        return
    clinic.do(move_patients, "journey", targets, accepts=True)
    work(clinic, drawn.randint(1, 3))
    assert messages(clinic) == before[2]
    assert len(clinic.all(Enrolment)) == 4
    assert sum(1 for each in clinic.all(Enrolment) if str(each.version_id) != old) == going
    [move] = clinic.all(JourneyMove)
    clinic.do(undo_move, move.uid)
    work(clinic, drawn.randint(1, 3))
    assert everything(clinic) == before
