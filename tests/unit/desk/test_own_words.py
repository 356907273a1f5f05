"""Answers that staff write themselves: judged like any other message, by what their writer says that they reveal."""

import uuid

import pytest
from sqlalchemy import select

from journeys.contact.deciding.plan import plan
from journeys.contact.sending.send_own_words import OwnWords
from journeys.desk.answer_in_own_words import answer_in_own_words
from journeys.desk.close_conversation import close_conversation
from journeys.desk.drafts import Begun, begun_by
from journeys.desk.keep_draft import keep_draft
from journeys.desk.read_conversation import read_conversation
from journeys.foundation.errors import Forbidden, Invalid, Stale
from journeys.store.contact import Message
from journeys.store.tasks import Task, TaskQueue

pytestmark = pytest.mark.store

TEXT = "Yes, your sister may come along. The door is open from 8."
DELIVERY = uuid.UUID(int=77)


@pytest.fixture
def asked(desk):
    desk.patient(name="Ada Example")
    desk.writes("can I bring my sister along?")
    return desk.only


def answer(desk, asked, text=TEXT, level=0, **other):
    return desk.do("nina", answer_in_own_words, asked.uid, OwnWords(text, level), DELIVERY, **other)


def decided(desk):
    desk.clinic.do(plan)
    desk.session.expire_all()
    [message] = desk.session.scalars(select(Message).where(Message.uid == DELIVERY))
    return message


def refused(desk, asked, text, level=0):
    with pytest.raises(Invalid) as raised:
        answer(desk, asked, text, level)
    return [(each.where, dict(each.data)) for each in raised.value.problems]


def test_it_goes_where_the_patient_wrote_word_for_word_and_stands_in_the_thread(desk, asked):
    answer(desk, asked, f"  {TEXT}\r\nBest, Nina \n")
    message = decided(desk)
    assert (message.status, message.channel) == ("released", "phone_simulator")
    assert message.body == f"{TEXT}\nBest, Nina"
    assert (message.purpose, message.content_level, message.template_version_id) == ("transactional", 0, None)
    happened = desk.do("nina", read_conversation, asked.uid).happened
    assert [each.message.body for each in happened if each.message][-1] == message.body
    assert asked.replied_at is not None or asked.answer_due_at is None


def test_sent_twice_it_goes_once(desk, asked):
    first = answer(desk, asked)
    assert answer(desk, asked, "something else").id == first.id
    assert desk.kinds.count("sent") == 1
    assert decided(desk).body == TEXT


def test_what_was_begun_is_over_when_it_is_sent(desk, asked):
    desk.do("nina", keep_draft, asked.uid, "ask Rose", "Yes, your si")
    answer(desk, asked)
    assert desk.do("nina", begun_by, asked.id) == Begun(note="ask Rose")


def test_what_reveals_more_than_the_channel_may_is_held_with_the_reason(desk, asked):
    answer(desk, asked, "Your cholesterol is fine.", 3)
    message = decided(desk)
    assert (message.status, "CONTENT_TOO_SENSITIVE" in message.reasons) == ("held", True)


def test_a_protected_kind_of_care_is_not_sent_as_nothing(desk, asked):
    assert refused(desk, asked, "Your HIV test is in.") == [("reveals", {"word": "hiv"})]
    assert desk.kinds.count("sent") == 0


@pytest.mark.parametrize("wrong", [" \n ", "x" * 500, "bell\a"], ids=["nothing", "too-many-parts", "control"])
def test_what_cannot_be_sent_says_so_at_the_text(desk, asked, wrong):
    assert [where for where, _ in refused(desk, asked, wrong)] == ["own_words"]


def test_a_level_that_there_is_not_is_refused(desk, asked):
    assert refused(desk, asked, TEXT, 4) == [("reveals", {"highest": 3})]


def test_only_the_role_whose_work_it_is_answers_and_only_while_it_goes_on(desk, asked):
    queue = TaskQueue(slug="billing", name={"en": "Billing"}, role_code="billing")
    desk.session.add(queue)
    desk.session.flush()
    for task in desk.clinic.all(Task):
        task.queue_id = queue.id
    with pytest.raises(Forbidden):
        answer(desk, asked, roles=["nurse"])
    answer(desk, asked, roles=["billing"])
    desk.do("nina", close_conversation, asked.uid, "answered")
    with pytest.raises(Stale):
        answer(desk, asked)


def test_the_words_do_not_show_in_a_repr():
    assert TEXT not in repr(OwnWords(TEXT, 0))
