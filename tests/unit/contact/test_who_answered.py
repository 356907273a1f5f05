"""Which message a reply answers, when a number is shared or a patient was written to more than once."""

import datetime as dt

import pytest
from sqlalchemy import select

from journeys.contact.replies.receive import Arrived, receive
from journeys.foundation.acting import act
from journeys.store.contact import Consent, Message
from journeys.store.events import Event
from tests import make as a
from tests.make import NOON, an_act

NUMBER = "+12125550123"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def sent(make):
    """`sent(patient, telecom, minutes, answers)`: a message that was delivered so many minutes after noon."""

    def sent(patient, telecom, minutes, answers=None):
        with make.begin() as session:
            at = NOON + minutes * MINUTE
            asked = {"1": "confirm"} if answers is None else answers
            version = a.template(session, f"asked-{minutes}", answers=asked)
            went = {"status": "delivered", "channel": "phone_simulator", "sent_at": at, "counted_at": at}
            return a.message(session, patient, version, telecom_id=telecom.id, **went)

    return sent


@pytest.fixture
def family(make):
    """A mother and her child, who share a number: (patient, number) each."""
    with make.begin() as session:
        both = [a.person(session, sms=None, given_name=name) for name in ("Ada", "Bo")]
        return [(each, a.telecom(session, each, "sms", NUMBER)) for each in both]


def reply(house, text="1", outside_id="1"):
    return act(house, an_act(NOON + 60 * MINUTE), receive, Arrived("phone_simulator", outside_id, NUMBER, text))


def test_an_answer_goes_to_the_newest_message_that_asked_for_it(family, sent, house):
    ada = family[0]
    asked = sent(*ada, 1)
    sent(*ada, 2, answers={"yes": "agree"})
    received = reply(house)
    assert (received.answers_id, received.outcome) == (asked.id, "confirm")


def test_what_was_answered_is_not_answered_again_while_another_waits(family, sent, house):
    ada = family[0]
    first, second = sent(*ada, 1), sent(*ada, 2)
    assert reply(house).answers_id == second.id
    assert reply(house, outside_id="2").answers_id == first.id


def test_nobody_knows_who_of_two_answered(family, sent, house, read):
    for minutes, each in enumerate(family):
        sent(*each, minutes)
    received = reply(house)
    assert received.outcome == "other"
    told = select(Event.subject_id, Event.enrolment_id, Event.outcome).where(Event.kind == "message.answered")
    assert read(told) == [(received.message_id, None, "other")]
    assert reply(house, outside_id="2").outcome == "other"
    assert read(select(Message.answered_at).where(Message.direction == "outbound")) == [(None,), (None,)]


def test_only_one_of_two_was_asked(family, sent, house):
    ada, bo = family
    asked = sent(*ada, 1)
    sent(*bo, 2, answers={})
    assert reply(house).answers_id == asked.id


def test_a_message_to_another_number_is_not_answered_from_this_one(family, sent, make, house):
    ada = family[0]
    here = sent(*ada, 1)
    with make.begin() as session:
        elsewhere = a.telecom(session, ada[0], "sms", "+12125550177")
    sent(ada[0], elsewhere, 2)
    assert reply(house).answers_id == here.id


def test_stop_holds_for_both(family, sent, house, read):
    for minutes, each in enumerate(family):
        sent(*each, minutes)
    assert reply(house, "stop").outcome == "stop"
    said = read(select(Consent.patient_id).where(Consent.decision == "deny"))
    assert sorted(said) == sorted((patient.id,) for patient, _ in family)
