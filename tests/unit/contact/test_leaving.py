"""STOP against the provider's call: before it nothing leaves; during it, it waits, but not for ever, and alone."""

import datetime as dt
import threading

import pytest
from sqlalchemy import select

from journeys.contact.channels.base import Channel, Outcome
from journeys.contact.consent.give_consent import give_consent
from journeys.contact.consent.withdraw_consent import withdraw_consent
from journeys.contact.deciding.plan import plan
from journeys.contact.media import MEDIA
from journeys.contact.replies.receive import Arrived, receive
from journeys.contact.sending import hold_what_leaves, threshold
from journeys.contact.sending.deliver import deliver
from journeys.foundation.acting import act
from journeys.foundation.audit import AuditEntry
from journeys.foundation.database import OWNER, connect
from journeys.foundation.lanes import LANES
from journeys.store.contact import Consent, Message
from journeys.store.people import Patient, PatientTelecom
from tests import make as a
from tests.locks import HELD, WAITING
from tests.make import NOON, an_act

AFTER = NOON + dt.timedelta(seconds=2)
NUMBER = "+12125550123"


class Provider(Channel):
    """Takes everything; `first` happens before it looks at what it is to send, `at_each` while it is spoken to."""

    name = "sms_gateway"
    medium = MEDIA["sms"]
    address_systems = ("sms",)
    batch = 10

    def __init__(self, first=lambda: None, at_each=lambda: None):
        super().__init__()
        self.first = first
        self.at_each = at_each
        self.taken = []

    def send(self, envelopes):
        self.first()
        yield from super().send(envelopes)

    def send_one(self, envelope):
        self.taken.append(envelope.message_id)
        self.at_each()
        return Outcome(envelope.message_id, "accepted", reference=str(envelope.uid))


@pytest.fixture
def asked(make, house):
    """Somebody with a released message."""
    with make.begin() as session:
        patient = a.person(session, sms=NUMBER)
        a.consent(session, patient)
        a.message(session, patient, a.template(session), channels=["sms"])
    act(house, an_act(), plan, channels=("sms_gateway",))
    return patient


@pytest.fixture
def stop(house):
    return lambda: act(house, an_act(AFTER), receive, Arrived("phone_simulator", "1", NUMBER, "STOP"))


def send(house, provider):
    return deliver(house, an_act(AFTER), {"sms_gateway": provider})


def of_message(read):
    return read(select(Message.status, Message.attempt).where(Message.direction == "outbound"))


def test_a_stop_between_the_claim_and_the_call_wins(asked, house, stop, read):
    provider = Provider(first=stop)
    assert send(house, provider).kept_back == 2  # once at the threshold, once when it is looked at again
    assert provider.taken == []
    assert of_message(read) == [("held", 0)]
    assert read(HELD) == [(0,)]


@pytest.mark.parametrize("change", ["deceased", "address", "refusal"])
def test_whatever_else_is_said_between_the_claim_and_the_call_counts(asked, house, make, read, change):
    def said():
        with make.begin() as session:
            if change == "deceased":
                session.get_one(Patient, asked.id).deceased = True
            elif change == "address":
                session.scalars(select(PatientTelecom)).one().status = "wrong-person"
            else:
                act(house, an_act(AFTER), withdraw_consent, patient_id=asked.id, purpose="care")

    provider = Provider(first=said)
    send(house, provider)
    assert provider.taken == []
    assert of_message(read) == [("held", 0)]


def test_a_permission_meanwhile_is_looked_at_and_lets_it_go(asked, house, read):
    given = []

    def permit():
        if not given:
            given.append(
                act(
                    house,
                    an_act(AFTER),
                    give_consent,
                    patient_id=asked.id,
                    purpose="care",
                    channel="sms",
                    source="form",
                )
            )

    provider = Provider(first=permit)
    assert send(house, provider).accepted == 1
    assert of_message(read) == [("accepted", 1)]


def test_a_stop_during_the_call_waits_until_the_provider_has_answered(asked, house, stop, make, read):
    waiter = threading.Thread(target=stop)

    def until_it_waits():
        waiter.start()
        with make.begin() as session:
            while waiter.is_alive() and session.scalar(WAITING) == 0:
                pass
            assert session.scalars(select(Consent).where(Consent.decision == "deny")).all() == []

    assert send(house, Provider(at_each=until_it_waits)).accepted == 1
    waiter.join(120)
    assert [row.decision for row in read(select(Consent.decision).order_by(Consent.id))] == ["permit", "deny"]


def test_a_provider_that_does_not_answer_holds_up_a_stop_only_for_a_while(asked, house, stop, read, monkeypatch):
    monkeypatch.setattr(hold_what_leaves, "PATIENCE", "50ms")
    engine = connect(house.sessions().get_bind().url, OWNER)
    provider = Provider(at_each=stop)
    assert send(house, provider).accepted == 1
    assert len(read(select(Consent).where(Consent.decision == "deny"))) == 1
    with engine.connect() as connection:
        told = connection.scalars(select(AuditEntry.detail).where(AuditEntry.detail["leaving already"].astext == "1"))
        assert len(told.all()) == 1
    engine.dispose()


def test_a_provider_that_does_not_answer_holds_up_nobody_else_of_the_lane(asked, house, make):
    with make.begin() as session:
        other = a.person(session, sms="+12125550124", id=asked.id + LANES)
        a.consent(session, other)
        a.message(session, other, session.scalar(select(Message.template_version_id)), channels=["sms"])
    done = []

    def meanwhile():
        done.append(act(house, an_act(AFTER), plan, channels=("sms_gateway",)).released)
        done.append(act(house, an_act(AFTER), withdraw_consent, patient_id=other.id).decision)

    send(house, Provider(at_each=meanwhile))
    assert done[:2] == [1, "deny"]


def test_nobody_begins_to_send_while_somebody_speaks(asked, house, make, read):
    provider = Provider()
    with make.begin() as session:
        hold_what_leaves.hold_what_leaves(session, [asked.id])
        assert deliver(house, an_act(AFTER), {"sms_gateway": provider}, limit=1).kept_back == 1
    assert provider.taken == []
    assert of_message(read) == [("released", 0)]


def test_an_old_look_is_taken_anew(house, make, monkeypatch, read, asked):
    monkeypatch.setattr(threshold, "FRESH", -1.0)
    with make.begin() as session:
        for number in range(3):
            patient = a.person(session, sms=f"+1212555020{number}")
            a.consent(session, patient)
            a.message(session, patient, session.scalar(select(Message.template_version_id).limit(1)), channels=["sms"])
    act(house, an_act(), plan, channels=("sms_gateway",))
    assert send(house, Provider()).accepted == 4
    assert read(HELD) == [(0,)]


def test_of_a_few_that_take_too_long_the_rest_is_given_back_as_no_attempt(house, monkeypatch, read, asked):
    monkeypatch.setattr(threshold, "LONGEST", -1.0)
    provider = Provider()
    assert deliver(house, an_act(AFTER), {"sms_gateway": provider}, limit=1).kept_back == 1
    assert provider.taken == []
    assert of_message(read) == [("released", 0)]
    assert read(HELD) == [(0,)]
    monkeypatch.undo()
    assert send(house, provider).accepted == 1
