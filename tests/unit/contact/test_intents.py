"""What a reply wants beyond what it answers: a person is asked, an emergency is answered, nothing is guessed."""

import datetime as dt

import pytest
from sqlalchemy import select

from journeys.contact.channels import CHANNELS
from journeys.contact.deciding.plan import plan
from journeys.contact.replies.receive import Arrived, receive
from journeys.contact.replies.understand import understand
from journeys.contact.sending.deliver import deliver
from journeys.foundation.acting import act
from journeys.store.access import Appointment
from journeys.store.contact import Consent, Message
from journeys.store.people import PatientTelecom
from journeys.store.tasks import Task, TaskQueue
from tests import make as a
from tests.make import NOON, an_act

NUMBER = "+12125550123"
ANSWERS = {"1": "confirm", "2": "decline", "yes": "confirm"}


@pytest.mark.parametrize(
    ("text", "outcome", "intent"),
    [
        ("Please stop texting me!!", "stop", None),
        ("no me escriban más por favor", "stop", None),
        ("parem de enviar isso", "stop", None),
        ("Arrêtez de m'écrire svp", "stop", None),
        ("मैसेज मत भेजो भाई", "stop", None),
        ("🛑", "stop", None),
        ("ЅТОР", "stop", None),
        ("CANCEL", "stop", "cancel"),
        ("can I stop by at 3", "other", "maybe-stop"),
        ("this is the wrong number, sorry", "wrong-number", None),
        ("is that the wrong number", "other", "maybe-wrong-number"),
        ("I have chest pain since this morning", "other", "emergency"),
        ("No puedo respirar bien", "other", "emergency"),
        ("सीने में दर्द है", "other", "emergency"),
        ("chest pain, stop texting me", "other", "emergency"),
        ("could we do another day", "other", "reschedule"),
        ("quisiera cambiar mi cita", "other", "reschedule"),
        ("what is it about?", "other", "question"),
        ("thanks", "other", "free-text"),
        ("yes", "confirm", None),
        ("2", "decline", None),
        ("the weekend ends soon", "other", "free-text"),
    ],
)
def test_what_a_reply_wants(text, outcome, intent):
    meant = understand(text, ANSWERS)
    assert (meant.outcome, meant.intent) == (outcome, intent)
    assert (meant.confidence == 100) == (meant.by in ("keyword", "answer"))


@pytest.fixture
def reminded(make, house):
    """A patient who was reminded of an appointment, and a queue."""
    with make.begin() as session:
        a.added(session, TaskQueue(slug="front-desk", name={"en": "Front desk"}))
        patient = a.person(session)
        a.person(session, sms=NUMBER, given_name="Bo")
        a.consent(session, patient)
        start = NOON + dt.timedelta(days=2)
        visit = a.added(session, Appointment(patient_id=patient.id, status="booked", start_at=start))
        row = a.message(session, patient, a.template(session), focus_kind="appointment", focus_id=visit.id)
    act(house, an_act(), plan)
    deliver(house, an_act(), {"phone_simulator": CHANNELS["phone_simulator"]()})
    return row


def reply(house, text, outside_id="1", now=NOON + dt.timedelta(minutes=5)):
    return act(house, an_act(now), receive, Arrived("phone_simulator", outside_id, NUMBER, text))


def tasks(read):
    return [(row.title["en"], row.priority) for row in read(select(Task.title, Task.priority).order_by(Task.id))]


def test_cancel_to_a_reminder_opts_out_and_asks_whether_the_visit_was_meant(reminded, house, read):
    assert reply(house, "Cancel").outcome == "stop"
    assert tasks(read) == [("Do they want to cancel the appointment?", "asap")]
    assert {row.decision for row in read(select(Consent.decision))} == {"permit", "deny"}


def test_a_yes_to_a_reminder_confirms_asks_nobody_and_lifts_no_stop(reminded, house, read):
    reply(house, "STOP")
    assert reply(house, "YES", "2", NOON + dt.timedelta(minutes=6)).outcome == "confirm"
    assert tasks(read) == []
    newest = read(select(Consent.decision).order_by(Consent.id.desc()).limit(1))
    assert newest == [("deny",)]


def test_a_wrong_number_is_suppressed_for_all_who_share_it_and_somebody_looks_for_the_right_one(reminded, house, read):
    assert reply(house, "Sorry, wrong number").outcome == "wrong-number"
    assert {row.status for row in read(select(PatientTelecom.status))} == {"wrong-person"}
    assert tasks(read) == [("Find the right number", "asap")]


def test_an_emergency_is_answered_at_once_even_at_night_and_is_the_most_urgent_task(reminded, house, read):
    night = NOON + dt.timedelta(hours=10)
    assert reply(house, "I have chest pain", now=night).outcome == "other"
    assert tasks(read) == [("A reply that may be an emergency", "stat")]
    deliver(house, an_act(night), {"phone_simulator": CHANNELS["phone_simulator"]()})
    (answer,) = read(select(Message).where(Message.in_response_to_id.is_not(None), Message.direction == "outbound"))
    assert answer[0].status == "delivered"
    assert answer[0].sent_at == night
    assert "call your local emergency number" in answer[0].body


def test_after_an_opt_out_an_emergency_is_a_task_and_no_message(reminded, house, read):
    reply(house, "stop")
    reply(house, "chest pain", "2", NOON + dt.timedelta(minutes=6))
    deliver(house, an_act(), {"phone_simulator": CHANNELS["phone_simulator"]()})
    assert tasks(read) == [("A reply that may be an emergency", "stat")]
    (answer,) = read(select(Message.status).where(Message.priority == 100))
    assert answer.status == "held"


def test_what_is_not_sure_goes_to_a_person_with_what_it_seemed(reminded, house, read):
    reply(house, "stop by at 3?")
    assert tasks(read) == [("Do they want no more messages?", "asap")]
    (row,) = read(
        select(Message.answer, Message.intent, Message.understood_by, Message.confidence).where(
            Message.direction == "inbound"
        )
    )
    assert row == ("other", "maybe-stop", "phrase", 30)
    assert [row.decision for row in read(select(Consent.decision))] == ["permit"]


def test_a_second_delivery_asks_nobody_twice(reminded, house, read):
    reply(house, "another day please")
    reply(house, "another day please")
    assert tasks(read) == [("They want another time", "asap")]
