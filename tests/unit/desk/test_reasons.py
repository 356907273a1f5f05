"""Reasons for contact: what a conversation is about says where it goes, how fast, and how it may end."""

import datetime as dt
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from journeys.desk.claim_conversation import claim_conversation
from journeys.desk.close_conversation import close_conversation
from journeys.desk.inbox import inbox
from journeys.desk.log_call import log_call
from journeys.desk.note_conversation import note_conversation
from journeys.desk.reasons.check import reason_problems
from journeys.desk.reasons.guide import guess
from journeys.desk.reasons.reason import SLUG, reasons_from
from journeys.desk.reopen_conversation import reopen_conversation
from journeys.desk.rest_conversation import rest_conversation
from journeys.desk.set_reason import set_reason
from journeys.foundation.calendars import BusinessCalendar
from journeys.foundation.errors import Forbidden, Invalid
from journeys.store.conversations import Conversation
from journeys.store.lists.keyset import Place
from journeys.store.tasks import Task, TaskQueue
from journeys.work.complete_task import complete_task
from tests.make import added
from tests.unit.flow.clinic import publish_plain

pytestmark = pytest.mark.store
QUESTION, HELP = "can I bring my sister along?", "I have chest pain"
SEED = Path(__file__).parents[3] / "seed/packs/base/settings/contact-reasons.yaml"

REASONS = {
    "format": 1,
    "name": {"en": "Reasons"},
    "by_medium": {"sms": 30},
    "reasons": [
        {
            "slug": "appointment",
            "name": {"en": "Appointment"},
            "queue": "front-desk",
            "priority": "asap",
            "answer_minutes": 120,
            "resolve_minutes": 600,
            "outcomes": ["booked", "unreachable"],
            "asked": ["reschedule"],
        },
        {"slug": "billing", "name": {"en": "Billing"}, "resolve_minutes": 1200, "words": {"en": ["bill", "invoice"]}},
        {"slug": "complaint", "name": {"en": "Complaint"}, "confirm": True, "words": {"es": ["queja"]}},
    ],
}


@pytest.fixture
def desk(desk):
    """With reasons, and a front desk that works by day: 09:00 to 17:00 in New York, which is now (noon there)."""
    desk.clinic.do(publish_plain, "setting", SLUG, REASONS)
    calendar = desk.session.scalar(select(BusinessCalendar.id))
    facts = {"role_code": "front-desk", "calendar_id": calendar}
    added(desk.session, TaskQueue(slug="front-desk", name={"en": "Front desk"}, **facts))
    return desk


@pytest.fixture
def asked(desk):
    """A conversation in which a patient has asked something that no reason knows."""
    desk.patient()
    desk.writes(QUESTION)
    return desk.only


def queue_of(desk, row):
    return desk.session.scalar(select(TaskQueue.slug).where(TaskQueue.id == row.queue_id))


def test_what_the_clinic_ships_is_sound_and_is_guessed_by_words_in_either_language():
    content = yaml.safe_load(SEED.read_text("utf-8"))
    assert list(reason_problems(content)) == []
    reasons = reasons_from(content)
    says = {
        "I was charged twice on my bill": "billing",
        "Quiero poner una QUEJA": "complaint",
        "¿Ya están mis resultados?": "result",
        "is parking free?": None,
    }
    found = {text: guess(reasons, "read", text) for text in says}
    assert {text: each.slug if each else None for text, each in found.items()} == says
    assert guess(reasons, "reschedule", "another day?").slug == "appointment"
    assert guess(reasons, "emergency", "pain when I saw the bill") is None


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"priority": "stat"}, "priority"),
        ({"answer_minutes": 0}, "answer_minutes"),
        ({"resolve_minutes": True}, "resolve_minutes"),
        ({"outcomes": ["shouted"]}, "outcomes"),
        ({"asked": ["money"]}, "asked"),
        ({"words": {"en": ["..."]}}, "words.en"),
        ({"slug": "Not A Slug"}, "slug"),
        ({"colour": "red"}, "colour"),
        ({"confirm": "perhaps"}, "confirm"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(change, where):
    content = {**REASONS, "reasons": [{**REASONS["reasons"][0], **change}]}
    assert [each.where for each in reason_problems(content)] == [f"reasons.0.{where}"]


def test_it_is_guessed_from_what_is_asked_and_goes_to_its_queue_by_working_time(desk):
    desk.patient()
    desk.writes("can I come another day?")
    row = desk.only
    [task] = desk.clinic.all(Task)
    assert (row.reason, row.priority, queue_of(desk, row)) == ("appointment", "asap", "front-desk")
    assert (task.queue_id, task.priority) == (row.queue_id, "asap")
    assert row.answer_due_at == row.due_at == task.due_at == desk.clinic.now + dt.timedelta(minutes=30)
    assert desk.kinds == ["arrived", "sorted"]


def test_the_clock_stands_still_while_the_desk_is_closed(desk):
    desk.clinic.now = desk.clinic.now.replace(hour=21, minute=50)
    desk.patient()
    desk.writes("can I come another day?")
    assert desk.only.answer_due_at == desk.clinic.now.replace(hour=13, minute=20) + dt.timedelta(days=1)


def test_another_reason_routes_it_anew_and_the_clock_keeps_its_start(desk, asked):
    began = desk.clinic.now
    desk.do("nina", claim_conversation, asked.uid)
    desk.later(minutes=20)
    desk.do("nina", set_reason, asked.uid, "appointment", roles={"recall"})
    assert asked.answer_due_at == began + dt.timedelta(minutes=30)
    assert (asked.owner, desk.tasks) == (None, [("requested", None)])
    assert queue_of(desk, asked) == "front-desk"
    desk.do("rose", claim_conversation, asked.uid, roles={"front-desk"})
    desk.do("rose", set_reason, asked.uid, "billing", roles={"front-desk"})
    assert (asked.owner, asked.answer_due_at) == ("rose", began + dt.timedelta(minutes=30))
    with pytest.raises(Invalid):
        desk.do("rose", set_reason, asked.uid, "weather")


def test_whoever_was_answered_waits_for_the_end_and_asks_again(desk, asked):
    began = desk.clinic.now
    desk.do("nina", set_reason, asked.uid, "appointment")
    desk.later(minutes=10)
    desk.do("nina", log_call, asked.uid, "to-patient")
    assert asked.due_at == asked.resolve_due_at
    assert desk.clinic.all(Task)[0].due_at == asked.resolve_due_at
    desk.later(minutes=10)
    desk.writes("and my brother?")
    assert asked.due_at == asked.answer_due_at == began + dt.timedelta(minutes=50)
    assert asked.answered_at == began + dt.timedelta(minutes=10)


def test_a_cry_for_help_goes_nowhere_else_and_stands_first_on_every_page(desk, asked):
    desk.do("nina", set_reason, asked.uid, "appointment")
    desk.later(days=1)
    desk.patient("+12125550199")
    desk.writes(HELP, "+12125550199")
    *_, cry = desk.conversations
    assert (cry.reason, cry.priority) == (None, "stat")
    page = desk.do("rose", inbox, "nobodys", size=1, roles={"recall"})
    assert [each.id for each in page.lines] == [cry.id]
    rest = desk.do("rose", inbox, "everyone", Place(cry.id), size=1)
    assert ([each.id for each in rest.lines], rest.has_next) == ([asked.id], False)


def test_work_of_another_role_is_not_touched(desk, asked):
    desk.do("nina", set_reason, asked.uid, "appointment")
    until = desk.clinic.now + dt.timedelta(days=1)
    for verb, given in (
        (log_call, ("to-patient", "")),
        (note_conversation, ("look",)),
        (rest_conversation, (until,)),
        (set_reason, ("billing",)),
        (close_conversation, ("booked",)),
    ):
        with pytest.raises(Forbidden):
            desk.do("nina", verb, asked.uid, *given, roles={"nurse"})
    assert desk.do("nina", inbox, "nobodys", roles={"nurse"}).lines == []
    desk.do("rose", note_conversation, asked.uid, "@nina which day?", roles={"front-desk"})
    desk.do("nina", note_conversation, asked.uid, "any day", roles={"nurse"})
    desk.do("rose", close_conversation, asked.uid, "booked", roles={"front-desk"})
    with pytest.raises(Forbidden):
        desk.do("nina", reopen_conversation, asked.uid, roles={"nurse"})


def test_how_it_may_end_is_the_reasons_and_the_patients_word_is_asked_for(desk, asked):
    desk.do("nina", set_reason, asked.uid, "appointment")
    with pytest.raises(Invalid):
        desk.do("nina", close_conversation, asked.uid, "answered")
    desk.do("nina", set_reason, asked.uid, "complaint")
    with pytest.raises(Invalid):
        desk.do("nina", close_conversation, asked.uid, "answered")
    desk.do("nina", close_conversation, asked.uid, "answered", is_confirmed=True)
    assert asked.confirmed_at == desk.clinic.now
    desk.later(days=1)
    desk.do("nina", reopen_conversation, asked.uid)
    assert (asked.confirmed_at, asked.began_at) == (None, desk.clinic.now)
    desk.do("nina", close_conversation, asked.uid, "unreachable")
    assert asked.confirmed_at is None


def test_a_task_that_is_done_elsewhere_does_not_close_what_the_patient_must_confirm(desk):
    desk.patient()
    desk.writes("queja")
    [task] = desk.clinic.all(Task)
    desk.do("rose", complete_task, task.uid, "done")
    [row] = desk.clinic.all(Conversation)
    assert (row.status, row.owner, row.returns_at) == ("waiting", "rose", desk.clinic.now + dt.timedelta(days=3))


def test_the_case_stands_still_while_the_patient_is_waited_for_up_to_the_limit(desk, asked):
    desk.do("nina", set_reason, asked.uid, "appointment")
    by = asked.resolve_due_at
    desk.session.get_one(TaskQueue, asked.queue_id).pause_minutes = 45
    desk.do("nina", rest_conversation, asked.uid, desk.clinic.now + dt.timedelta(days=1), True)
    assert asked.resolve_due_at == by
    desk.later(minutes=30)
    desk.writes("and my sister?")
    assert asked.resolve_due_at == by + dt.timedelta(minutes=30)
    desk.do("nina", rest_conversation, asked.uid, desk.clinic.now + dt.timedelta(days=1), False)
    desk.later(minutes=10)
    desk.writes("and my aunt?")
    assert asked.resolve_due_at == by + dt.timedelta(minutes=30)
    desk.do("nina", rest_conversation, asked.uid, desk.clinic.now + dt.timedelta(days=1), True)
    desk.later(minutes=30)
    desk.writes("and my cat?")
    assert asked.resolve_due_at == by + dt.timedelta(minutes=45)
