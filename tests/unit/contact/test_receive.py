"""What comes back: understood, matched to the message it answers, acted on once."""

import csv
import datetime as dt
import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from journeys.contact.channels import CHANNELS
from journeys.contact.consent.consents import consent_state
from journeys.contact.consent.give_consent import give_consent
from journeys.contact.consent.withdraw_consent import withdraw_consent
from journeys.contact.deciding.plan import plan
from journeys.contact.replies import keywords
from journeys.contact.replies.answer_on_phone import answer_on_phone
from journeys.contact.replies.letters import normalise
from journeys.contact.replies.phone import phone
from journeys.contact.replies.receive import Arrived, Received, receive
from journeys.contact.replies.understand import understand
from journeys.contact.sending.deliver import deliver
from journeys.foundation.acting import act
from journeys.foundation.errors import Invalid
from journeys.store.contact import Consent, Message
from journeys.store.events import Event
from journeys.store.inbox import InboundDelivery
from tests import make as a
from tests.make import NOON, an_act

NUMBER = "+12125550123"
LISTS = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "messaging" / "optout_keywords.csv"


@pytest.fixture
def asked(make, house):
    """A patient who was asked on the phone: confirm or decline."""
    with make.begin() as session:
        patient = a.person(session)
        a.consent(session, patient)
        row = a.message(session, patient, a.template(session))
    act(house, an_act(), plan)
    deliver(house, an_act(), {"phone_simulator": CHANNELS["phone_simulator"]()})
    return patient, row


def reply(house, text, outside_id="1", minutes=5):
    later = an_act(NOON + dt.timedelta(minutes=minutes))
    return act(house, later, receive, Arrived("phone_simulator", outside_id, NUMBER, text))


@pytest.mark.parametrize(
    ("text", "outcome"),
    [("1", "confirm"), (" Yes! ", "confirm"), ("sí", "confirm"), ("2", "decline"), ("No", "decline"), ("3", "other")],
)
def test_an_answer_is_what_the_message_asked_for(asked, house, read, text, outcome):
    patient, row = asked
    assert reply(house, text) == Received("applied", row.id + 1, row.id, outcome)
    (event,) = read(select(Event.subject_id, Event.outcome).where(Event.kind == "message.answered"))
    assert event == (row.id, outcome)
    answered = read(select(Message.answer, Message.answered_at).where(Message.id == row.id))
    assert answered == [(outcome, NOON + dt.timedelta(minutes=5))]


def test_a_second_delivery_changes_nothing(asked, house, read):
    reply(house, "1")
    assert reply(house, "STOP") == Received("repeated")
    assert len(read(select(InboundDelivery.id))) == 1
    assert read(select(Consent.decision)) == [("permit",)]


def test_stop_ends_everything_on_this_channel_and_yes_does_not_bring_it_back(asked, make, house, read):
    patient, _ = asked
    assert reply(house, "Stop.").outcome == "stop"
    reply(house, "YES", outside_id="2", minutes=6)
    with make.begin() as session:
        later = NOON + dt.timedelta(minutes=7)
        for purpose in ("care", "transactional"):
            assert consent_state(session, patient.id, purpose, "sms", later).decision == "deny"
        assert consent_state(session, patient.id, "care", "email", later).decision == "permit"
        assert consent_state(session, patient.id, "care", "sms", NOON).decision == "permit"
        a.message(session, patient, a.template(session, "another"), channels=["sms"])
    assert [row.kind for row in read(select(Event.kind).order_by(Event.id))] == [
        "message.sent",
        "consent.withdrawn",
        "message.answered",
        "message.arrived",
        "message.answered",
        "message.arrived",
    ]
    act(house, an_act(NOON + dt.timedelta(days=2)), plan)
    assert read(select(Message.reasons).where(Message.status == "held")) == [(["OPTED_OUT_CHANNEL"],)]


def test_stop_holds_for_everybody_who_shares_the_number(asked, make, house, read):
    with make.begin() as session:
        child = a.person(session, sms="+1 (212) 555-0123", given_name="Bo")
    reply(house, "stop")
    said = read(select(Consent.patient_id, Consent.channel).where(Consent.decision == "deny"))
    assert {row.patient_id for row in said} == {asked[0].id, child.id}
    assert {row.channel for row in said} == {"sms"}


def test_a_wrong_number_is_used_for_nobody(asked, make, house, read):
    with make.begin() as session:
        a.person(session, sms="+1 (212) 555-0123", given_name="Bo")
        a.person(session, sms="+12125550199", given_name="Cy")
    reply(house, "Wrong number")
    status = read(select(a.PatientTelecom.status).order_by(a.PatientTelecom.id))
    assert [row.status for row in status] == ["wrong-person", "wrong-person", "usable"]


def test_an_unknown_sender_is_kept_for_a_person(house, read):
    arrived = Arrived("phone_simulator", "1", "+12125559999", "hello?")
    assert act(house, an_act(), receive, arrived) == Received("unknown-sender")
    assert read(select(InboundDelivery.status)) == [("quarantined",)]
    assert "9999" not in repr(arrived)
    assert "hello" not in repr(arrived)


def test_two_deliveries_at_once_are_one(asked, house, read):
    together = threading.Barrier(4)
    results = []

    def one():
        together.wait(10)
        results.append(reply(house, "STOP").status)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(120)
    assert sorted(results) == ["applied", "repeated", "repeated", "repeated"]
    assert len(read(select(Consent.id).where(Consent.decision == "deny"))) == 1


def test_the_phone_shows_both_sides(asked, make, house):
    patient, _ = asked
    act(house, an_act(NOON + dt.timedelta(minutes=1)), answer_on_phone, patient.id, "What is it about?", "press-1")
    shown = act(house, an_act(), phone, patient.id)
    assert shown.number == NUMBER
    assert [(each.inbound, each.body, each.answer) for each in shown.bubbles] == [
        (False, "Hello Ada, please call us.", None),
        (True, "What is it about?", "other"),
    ]
    with pytest.raises(Invalid):
        act(house, an_act(), answer_on_phone, patient.id, " ", "press-2")


def test_consent_at_a_point_in_time(make, house, read):
    with make.begin() as session:
        patient = a.person(session).id
    day = dt.timedelta(days=1)
    act(house, an_act(NOON), give_consent, patient, "care", "sms", "form", "en", "signed form", until_at=NOON + 9 * day)
    act(house, an_act(NOON + 3 * day), withdraw_consent, patient, "care")
    act(house, an_act(NOON + 5 * day), give_consent, patient, "care", None, "phone")
    with make.begin() as session:
        decisions = [
            consent_state(session, patient, "care", "sms", NOON + days * day).decision for days in (-1, 0, 2, 3, 6)
        ]
    assert decisions == [None, "permit", "permit", "deny", "permit"]
    with pytest.raises(Invalid) as refused:
        act(house, an_act(NOON), give_consent, patient, "gossip", "sms", "form", until_at=NOON)
    assert [problem.where for problem in refused.value.problems] == ["purpose", "until_at"]


ANSWERS = {"1": "confirm", "2": "decline"}


@pytest.mark.parametrize(
    ("text", "answers", "outcome"),
    [
        ("CANCEL", ANSWERS, "stop"),
        ("🛑", ANSWERS, "stop"),
        ("Stоp", ANSWERS, "stop"),  # the o is Cyrillic
        ("ｓｔｏｐ！", ANSWERS, "stop"),
        ("No más", ANSWERS, "stop"),
        ("NO MÁS MENSAJES.", ANSWERS, "stop"),
        ("stop by at 3?", ANSWERS, "other"),
        ("yes", {}, "other"),
        ("yes", {"1": "reschedule"}, "other"),
        ("no", ANSWERS, "decline"),
        ("👍", ANSWERS, "confirm"),
        ("help", ANSWERS, "help"),
        ("START", ANSWERS, "start"),
        ("número equivocado", ANSWERS, "wrong-number"),
        ("", ANSWERS, "other"),
    ],
)
def test_words(text, answers, outcome):
    assert understand(text, answers).outcome == outcome


@pytest.mark.skipif(not LISTS.exists(), reason="the providers' keyword lists are not here")
def test_every_keyword_of_the_providers_is_understood():
    with LISTS.open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 50
    wrong = [
        row["keyword"]
        for row in rows
        if keywords.kind_of(normalise(row["keyword"])) != row["kind"]
        # a provider takes YES for an opt-in; here it only ever answers a question
        and row["keyword"] != "YES"
    ]
    assert wrong == []
