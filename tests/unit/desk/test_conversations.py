"""Conversations: what staff do with one, what comes back by itself, and what is refused."""

import datetime as dt
import uuid

import pytest

from journeys.desk.assign_conversation import assign_conversation
from journeys.desk.bring_back import bring_back
from journeys.desk.claim_conversation import claim_conversation
from journeys.desk.close_conversation import close_conversation
from journeys.desk.inbox import inbox
from journeys.desk.log_call import log_call
from journeys.desk.note_conversation import note_conversation
from journeys.desk.read_conversation import read_conversation
from journeys.desk.reopen_conversation import reopen_conversation
from journeys.desk.rest_conversation import rest_conversation
from journeys.foundation.errors import Invalid, Missing, Stale
from journeys.store.conversations import ConversationEntry
from journeys.store.lists.keyset import Place

pytestmark = pytest.mark.store
WORDS = "can I bring my sister along?"


@pytest.fixture
def asked(desk):
    """A conversation in which a patient has asked something."""
    desk.patient(name="Ada Example")
    desk.writes(WORDS)
    return desk.only


def test_it_is_in_one_box_at_a_time_with_its_next_step_and_what_was_said(desk, asked):
    def boxes():
        names = ("mine", "nobodys", "everyone", "resting", "closed")
        return [box for box in names if desk.do("nina", inbox, box).lines]

    assert boxes() == ["nobodys", "everyone"]
    [line] = desk.do("nina", inbox, "nobodys").lines
    assert (line.name, line.said, line.next_step["en"]) == ("Ada Example", WORDS, "Read a reply")
    assert line.due_at == desk.clinic.now + dt.timedelta(hours=24)
    assert WORDS not in repr(line)
    assert "Ada" not in repr(line)
    desk.do("nina", claim_conversation, asked.uid)
    assert boxes() == ["mine", "everyone"]
    desk.do("nina", rest_conversation, asked.uid, desk.clinic.now + dt.timedelta(days=1))
    assert boxes() == ["resting"]
    desk.do("nina", close_conversation, asked.uid, "answered")
    assert boxes() == ["closed"]


def test_whoever_takes_it_has_its_task_and_nobody_else_can(desk, asked):
    desk.do("nina", claim_conversation, asked.uid)
    assert (asked.owner, desk.tasks) == ("nina", [("accepted", "nina")])
    with pytest.raises(Stale):
        desk.do("rose", claim_conversation, asked.uid)
    desk.do("nina", assign_conversation, asked.uid, "rose")
    assert (asked.owner, desk.tasks) == ("rose", [("accepted", "rose")])
    desk.do("rose", assign_conversation, asked.uid, None)
    assert (asked.owner, desk.tasks) == (None, [("requested", None)])
    with pytest.raises(Invalid):
        desk.do("rose", assign_conversation, asked.uid, "nobody")
    assert desk.kinds == ["arrived", "handed-over", "handed-over", "handed-over"]


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(desk, asked):
    read = asked.row_version
    desk.do("nina", claim_conversation, asked.uid)
    with pytest.raises(Stale):
        desk.do("rose", close_conversation, asked.uid, "answered", row_version=read)


def test_closing_needs_an_outcome_and_does_the_task(desk, asked):
    with pytest.raises(Invalid):
        desk.do("nina", close_conversation, asked.uid, "whatever")
    desk.do("nina", close_conversation, asked.uid, "booked")
    assert (asked.status, asked.outcome, asked.closed_by, asked.owner) == ("closed", "booked", "user:nina", "nina")
    assert desk.tasks == [("completed", "nina")]
    with pytest.raises(Stale):
        desk.do("nina", close_conversation, asked.uid, "booked")


def test_opened_again_it_is_the_same_case_with_something_to_do(desk, asked):
    desk.do("nina", close_conversation, asked.uid, "booked")
    desk.later(days=2)
    desk.do("rose", reopen_conversation, asked.uid)
    assert (asked.status, asked.reopened, asked.due_at) == ("open", 1, desk.clinic.now + dt.timedelta(days=1))
    assert desk.tasks == [("completed", "nina"), ("requested", "nina")]
    assert desk.kinds == ["arrived", "closed", "reopened"]
    with pytest.raises(Stale):
        desk.do("rose", reopen_conversation, asked.uid)


def test_put_off_it_comes_back_by_itself_with_its_task(desk, asked):
    desk.do("nina", rest_conversation, asked.uid, desk.clinic.now + dt.timedelta(days=2))
    desk.later(days=1)
    assert desk.clinic.do(bring_back) == 0
    desk.later(days=1)
    assert desk.clinic.do(bring_back) == 1
    desk.session.refresh(asked)
    assert (asked.status, asked.due_at, asked.returns_at) == ("open", desk.clinic.now, None)
    assert desk.kinds == ["arrived", "snoozed", "back"]
    assert desk.clinic.do(bring_back) == 0


def test_while_it_is_the_patients_turn_their_word_brings_it_back_at_once(desk, asked):
    until = desk.clinic.now + dt.timedelta(days=5)
    desk.do("nina", claim_conversation, asked.uid)
    desk.do("nina", rest_conversation, asked.uid, until, is_patients_turn=True)
    assert asked.status == "waiting"
    desk.later(hours=3)
    desk.writes("and my brother?")
    assert (asked.status, asked.due_at) == ("open", desk.clinic.now + dt.timedelta(hours=24))
    assert desk.tasks == [("accepted", "nina"), ("cancelled", None)]


@pytest.mark.parametrize("days", [-1, 0, 91])
def test_nothing_rests_for_ever_or_until_yesterday(desk, asked, days):
    with pytest.raises(Invalid):
        desk.do("nina", rest_conversation, asked.uid, desk.clinic.now + dt.timedelta(days=days))


def test_a_note_is_sealed_and_names_colleagues_who_are_there(desk, asked):
    note = desk.do("nina", note_conversation, asked.uid, " @rose please call at 5; mail me@here.example ")
    assert note.mentions == ["rose"]
    assert note.note == "@rose please call at 5; mail me@here.example"
    assert b"please" not in note.note_sealed
    word = desk.do("nina", note_conversation, asked.uid, "is there a machine @work?")
    assert word.mentions == []
    for wrong in ("", "   ", "x" * 4001):
        with pytest.raises(Invalid):
            desk.do("nina", note_conversation, asked.uid, wrong)


def test_the_first_call_in_which_they_spoke_is_the_answer(desk, asked):
    desk.do("nina", log_call, asked.uid, "no-answer")
    assert asked.answered_at is None
    desk.later(hours=1)
    desk.do("nina", log_call, asked.uid, "to-patient", "She brings her sister")
    first = desk.clinic.now
    desk.later(hours=1)
    desk.do("nina", log_call, asked.uid, "from-patient")
    assert asked.answered_at == first
    with pytest.raises(Invalid):
        desk.do("nina", log_call, asked.uid, "shouted")


def test_nobody_knows_a_conversation_of_no_uid(desk):
    for verb in (claim_conversation, reopen_conversation, read_conversation):
        with pytest.raises(Missing):
            desk.do("nina", verb, uuid.uuid4())


def test_a_long_thread_is_read_a_page_at_a_time_from_its_end(desk, asked):
    for number in range(120):
        entry = {"conversation_id": asked.id, "patient_id": asked.patient_id, "by": "user:nina", "kind": "noted"}
        at = desk.clinic.now + dt.timedelta(minutes=number + 1)
        desk.session.add(ConversationEntry(**entry, at=at, code=str(number)))
    desk.session.flush()
    newest = desk.do("nina", read_conversation, asked.uid)
    assert [each.entry.code for each in newest.happened] == [str(number) for number in range(70, 120)]
    before = desk.do("nina", read_conversation, asked.uid, newest.earlier)
    first = desk.do("nina", read_conversation, asked.uid, before.earlier)
    assert [each.entry.code for each in first.happened][:2] == ["read", "0"]
    assert first.happened[0].message.body == WORDS
    assert first.earlier is None


def test_a_list_costs_the_same_however_long_it_is(desk, counted):
    costs = []
    for count in (1, 30):
        for number in range(count):
            phone = f"+1212555{count:02}{number:02}"
            desk.patient(phone)
            desk.writes("what time do you open?", phone)
        counted()
        page = desk.do("nina", inbox, "everyone")
        costs.append(counted())
    assert (len(page.lines), page.has_next) == (25, True)
    assert max(costs) <= 4
    rest = desk.do("nina", inbox, "everyone", Place(page.lines[-1].id))
    assert (len(rest.lines), rest.has_previous, rest.has_next) == (6, True, False)
