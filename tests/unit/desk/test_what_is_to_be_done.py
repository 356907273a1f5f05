"""What is to be done in a conversation: nothing that a patient asked for is cancelled or closed by another message."""

import datetime as dt

import pytest
from sqlalchemy import update

from journeys.desk.claim_conversation import claim_conversation
from journeys.desk.close_conversation import close_conversation
from journeys.desk.reopen_conversation import reopen_conversation
from journeys.desk.rest_conversation import rest_conversation
from journeys.foundation.errors import Invalid, Stale
from journeys.store.contact import Message
from journeys.store.organisation import Practitioner
from journeys.store.tasks import Task
from journeys.work.claim_task import claim_task
from journeys.work.complete_task import complete_task
from tests.make import added
from tests.unit.flow.clinic import a_journey, a_step

pytestmark = pytest.mark.store
QUESTION, MOVE, HELP = "can I bring my sister along?", "can I come another day?", "I have chest pain"


@pytest.fixture
def asked(desk):
    """A conversation in which a patient has asked something."""
    desk.patient()
    desk.writes(QUESTION)
    return desk.only


def tasks(desk):
    return [(row.status, row.priority) for row in desk.clinic.all(Task)]


@pytest.mark.parametrize("hours", [0, 30])
def test_an_emergency_comes_first_however_long_something_else_has_waited(desk, asked, hours):
    desk.later(hours=hours)
    desk.writes(HELP)
    assert tasks(desk) == [("requested", "routine"), ("requested", "stat")]
    assert asked.task_id == desk.clinic.all(Task)[1].id


def test_two_cries_for_help_are_two_tasks(desk, asked):
    desk.writes(HELP)
    desk.later(minutes=3)
    desk.writes(HELP)
    assert tasks(desk) == [("requested", "routine"), ("requested", "stat"), ("requested", "stat")]
    assert asked.task_id == desk.clinic.all(Task)[1].id


def test_an_emergency_is_everybodys_whoever_has_the_conversation(desk, asked):
    desk.do("nina", claim_conversation, asked.uid)
    desk.writes(HELP)
    assert desk.tasks == [("accepted", "nina"), ("requested", None)]
    assert asked.owner is None


def test_who_did_the_emergency_has_not_closed_what_else_was_asked(desk, asked):
    desk.writes(MOVE)
    desk.writes(HELP)
    read, move, emergency = desk.clinic.all(Task)
    desk.do("rose", complete_task, emergency.uid, "done")
    desk.session.refresh(asked)
    assert (asked.status, asked.task_id, asked.due_at) == ("open", move.id, move.due_at)
    desk.do("rose", complete_task, move.uid, "done")
    desk.do("rose", complete_task, read.uid, "done")
    desk.session.refresh(asked)
    assert (asked.status, asked.outcome, asked.task_id) == ("closed", "done", read.id)


def test_more_of_the_same_is_the_same_task_which_shows_the_newest_and_is_due_as_before(desk, asked):
    [task] = desk.clinic.all(Task)
    due = task.due_at
    desk.later(hours=1)
    desk.writes("and my brother?")
    kept, joined = desk.clinic.all(Task)
    assert (kept.status, kept.due_at, kept.focus_id) == ("requested", due, desk.clinic.all(Message)[-1].id)
    assert (joined.status, joined.cancelled_reason) == ("cancelled", "same-conversation")
    assert (asked.status, asked.task_id) == ("open", kept.id)


def test_who_has_not_seen_the_newest_message_does_not_close_it(desk, asked):
    [task] = desk.clinic.all(Task)
    desk.do("nina", claim_task, task.uid)
    [task] = desk.clinic.all(Task)
    seen = task.row_version
    desk.writes("and it bleeds a little")
    with pytest.raises(Stale):
        desk.do("nina", complete_task, task.uid, "done", row_version=seen)
    assert desk.only.status == "open"


def test_a_journey_keeps_its_task(desk, asked):
    desk.clinic.publish(a_journey({"end": a_step("end")}))
    desk.clinic.enrol()
    [task] = desk.clinic.all(Task)
    facts = {name: getattr(task, name) for name in ("patient_id", "queue_id", "title", "outcomes", "created_at")}
    focus = {"focus_kind": "message", "focus_id": task.focus_id}
    where = {"enrolment_id": desk.clinic.enrolment().id, "step": "call", "visit": 1}
    theirs = added(desk.session, Task(**facts, **focus, **where))
    desk.writes("and my brother?")
    assert theirs.status == "requested"
    desk.do("nina", close_conversation, asked.uid, "answered")
    assert theirs.status == "requested"


def test_closing_does_everything_that_was_asked_in_it(desk, asked):
    desk.writes(MOVE)
    desk.writes(HELP)
    desk.do("nina", close_conversation, asked.uid, "answered")
    assert [row.status for row in desk.clinic.all(Task)] == ["completed"] * 3
    assert desk.kinds.count("closed") == 1


def test_an_emergency_is_not_put_off(desk, asked):
    desk.writes(HELP)
    with pytest.raises(Invalid):
        desk.do("nina", rest_conversation, asked.uid, desk.clinic.now + dt.timedelta(days=1))


def test_what_is_new_does_not_go_to_somebody_who_has_left(desk, asked):
    desk.do("nina", claim_conversation, asked.uid)
    desk.session.execute(update(Practitioner).where(Practitioner.username == "nina").values(active=False))
    desk.writes(MOVE)
    assert asked.owner is None
    assert desk.tasks == [("accepted", "nina"), ("requested", None)]


def test_opened_again_it_goes_on_about_what_the_patient_wrote(desk, asked):
    desk.do("nina", close_conversation, asked.uid, "answered")
    desk.do("nina", reopen_conversation, asked.uid)
    _, task = desk.clinic.all(Task)
    assert task.focus_id == desk.clinic.all(Message)[0].id
