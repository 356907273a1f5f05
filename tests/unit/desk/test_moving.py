"""Merging and splitting, undone again; questions to colleagues; marks for those whom a note names; what is begun."""

import uuid

import pytest

from journeys.desk.close_conversation import close_conversation
from journeys.desk.drafts import Begun, begun_by
from journeys.desk.escalate_conversation import escalate_conversation
from journeys.desk.inbox import inbox
from journeys.desk.keep_draft import keep_draft
from journeys.desk.mentions import count_mentions
from journeys.desk.merge_conversations import merge_conversations
from journeys.desk.note_conversation import note_conversation
from journeys.desk.read_conversation import read_conversation
from journeys.desk.reopen_conversation import reopen_conversation
from journeys.desk.see_conversation import see_conversation
from journeys.desk.split_conversation import split_conversation
from journeys.desk.undo_move import undo_move
from journeys.foundation.errors import Forbidden, Invalid, Missing, Stale
from journeys.store.conversations import ConversationEntry
from journeys.store.people import Patient
from journeys.store.tasks import Task, TaskQueue
from journeys.work.complete_task import complete_task
from tests.make import added

pytestmark = pytest.mark.store
ONE, TWO, THREE = "can I bring my sister along?", "can I come another day?", "and one more thing?"


@pytest.fixture
def asked(desk):
    """A conversation of two matters: something to read, and another time."""
    desk.patient()
    desk.writes(ONE)
    desk.later(minutes=5)
    desk.writes(TWO)
    return desk.only


def said(desk, row):
    """What stands in a conversation: the words of messages, or the kind of an entry."""
    found = desk.do("nina", read_conversation, row.uid).happened
    return [each.message.body if each.message else each.entry.kind for each in found]


def last_arrival(desk):
    return [each for each in desk.clinic.all(ConversationEntry) if each.kind == "arrived"][-1].uid


def split(desk, row):
    return desk.do("nina", split_conversation, row.uid, last_arrival(desk))


def test_from_one_message_on_it_is_another_matter_with_its_own_task(desk, asked):
    made = split(desk, asked)
    assert (said(desk, asked), said(desk, made)) == ([ONE, "split"], [TWO])
    read, move = desk.clinic.all(Task)
    assert (asked.task_id, made.task_id, made.status) == (read.id, move.id, "open")
    assert made.opened_at == made.asked_at == desk.clinic.now
    with pytest.raises(Invalid):
        desk.do("nina", split_conversation, made.uid, last_arrival(desk))
    with pytest.raises(Missing):
        desk.do("nina", split_conversation, asked.uid, uuid.uuid4())


def test_a_split_is_undone_with_what_came_since(desk, asked):
    made = split(desk, asked)
    desk.do("rose", note_conversation, made.uid, "odd")
    desk.do("nina", undo_move, asked.uid)
    assert sorted(said(desk, asked)) == sorted([ONE, TWO, "split", "noted", "undone"])
    desk.session.refresh(made)
    assert (made.status, made.outcome, made.went_on_in_id) == ("closed", "same-conversation", asked.id)
    with pytest.raises(Stale):
        desk.do("nina", reopen_conversation, made.uid)
    with pytest.raises(Stale):
        desk.do("nina", undo_move, asked.uid)


def test_two_are_one_and_two_again(desk, asked):
    made = split(desk, asked)
    desk.do("nina", merge_conversations, asked.uid, made.uid)
    assert said(desk, asked)[0] == ONE
    assert TWO in said(desk, asked)
    assert (made.status, made.went_on_in_id, made.task_id) == ("closed", asked.id, None)
    assert [line.uid for line in desk.do("nina", inbox, "everyone").lines] == [asked.uid]
    desk.later(minutes=5)
    desk.writes(THREE)
    desk.do("nina", undo_move, asked.uid)
    for row in (asked, made):
        desk.session.refresh(row)
    assert (made.status, made.went_on_in_id) == ("open", None)
    assert made.task_id == desk.clinic.all(Task)[1].id
    assert TWO in said(desk, made)
    assert THREE in said(desk, asked)
    with pytest.raises(Invalid):
        desk.do("nina", merge_conversations, asked.uid, asked.uid)


def test_a_closed_one_that_was_merged_is_closed_again(desk, asked):
    made = split(desk, asked)
    desk.do("nina", close_conversation, made.uid, "booked")
    desk.do("nina", merge_conversations, asked.uid, made.uid)
    desk.do("nina", undo_move, asked.uid)
    desk.session.refresh(made)
    assert (made.status, made.outcome, made.went_on_in_id) == ("closed", "booked", None)


def test_what_is_anothers_is_not_merged(desk, asked):
    desk.patient("+12125550199")
    desk.writes(ONE, "+12125550199")
    *_, other = desk.conversations
    with pytest.raises(Invalid):
        desk.do("nina", merge_conversations, asked.uid, other.uid)


def test_another_role_is_asked_by_a_task_of_its_own_and_answers_in_the_thread(desk, asked):
    added(desk.session, TaskQueue(slug="doctors", name={"en": "Doctors"}, role_code="doctor"))
    due = asked.due_at
    desk.do("nina", escalate_conversation, asked.uid, "doctor", "May she take both?", 60)
    *_, question = desk.clinic.all(Task)
    assert (question.status, question.owner) == ("requested", None)
    assert (question.due_at - desk.clinic.now).total_seconds() == 3600
    assert (asked.status, asked.due_at) == ("open", due)
    desk.do("rose", note_conversation, asked.uid, "Which ones?", roles={"doctor"})
    desk.do("rose", complete_task, question.uid, "helped", "Both are fine", roles={"doctor"})
    last = desk.clinic.all(ConversationEntry)[-1]
    assert (last.kind, last.code, last.note, last.by) == ("helped", "helped", "Both are fine", "user:rose")
    desk.session.refresh(asked)
    assert asked.status == "open"
    with pytest.raises(Invalid):
        desk.do("nina", escalate_conversation, asked.uid, "surgeon", "And now?", 60)


def test_nobody_answers_a_question_about_what_is_over(desk, asked):
    added(desk.session, TaskQueue(slug="doctors", name={"en": "Doctors"}, role_code="doctor"))
    desk.do("nina", escalate_conversation, asked.uid, "doctor", "May she take both?", 60)
    desk.do("nina", close_conversation, asked.uid, "answered")
    *_, question = desk.clinic.all(Task)
    assert (question.status, question.cancelled_reason) == ("cancelled", "conversation-closed")


def test_whom_a_note_names_has_a_mark_until_they_have_seen_it(desk, asked):
    desk.do("nina", note_conversation, asked.uid, "@rose and @nina: look")
    assert [desk.do(who, count_mentions) for who in ("rose", "nina")] == [1, 0]
    assert [line.uid for line in desk.do("rose", inbox, "asked").lines] == [asked.uid]
    desk.do("rose", see_conversation, asked.uid)
    assert desk.do("rose", count_mentions) == 0
    assert desk.do("rose", inbox, "asked").lines == []


def test_what_is_begun_is_kept_and_colleagues_see_who_writes(desk, asked):
    desk.do("nina", keep_draft, asked.uid, "She should")
    assert desk.do("nina", begun_by, asked.id) == Begun("She should")
    assert desk.do("rose", begun_by, asked.id) == Begun(others=("nina",))
    desk.later(minutes=4)
    assert desk.do("rose", begun_by, asked.id) == Begun()
    desk.do("nina", keep_draft, asked.uid, "She should", "Please co")
    desk.do("nina", note_conversation, asked.uid, "She should come")
    assert desk.do("nina", begun_by, asked.id) == Begun(answer="Please co")


def test_a_source_that_merges_records_takes_open_conversations_along(desk, asked):
    kept = desk.patient("+12125550199")
    merged = desk.session.get_one(Patient, asked.patient_id)
    desk.clinic.do(lambda session, _: setattr(merged, "merged_into_id", kept))
    desk.clinic.happen("patient.changed", merged.id)
    desk.session.expire_all()
    assert asked.patient_id == kept
    assert {each.patient_id for each in desk.clinic.all(ConversationEntry)} == {kept}
    assert desk.do("nina", read_conversation, asked.uid).patient.id == kept


def test_the_work_of_another_role_is_not_merged_or_split(desk, asked):
    queue = added(desk.session, TaskQueue(slug="doctors", name={"en": "Doctors"}, role_code="doctor"))
    for task in desk.clinic.all(Task):
        task.queue_id = queue.id
    desk.session.flush()
    with pytest.raises(Forbidden):
        desk.do("nina", split_conversation, asked.uid, last_arrival(desk), roles={"nurse"})
    with pytest.raises(Forbidden):
        desk.do("nina", escalate_conversation, asked.uid, "doctor", "?", 60, roles={"nurse"})
