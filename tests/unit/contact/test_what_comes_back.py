"""Deliveries of providers: kept once when they are genuine, read and applied; what is known never goes back."""

import datetime as dt
import itertools
from urllib.parse import urlencode

import pytest
from sqlalchemy import select, update

from journeys.contact.accounts.channels_in_use import channels_in_use
from journeys.contact.accounts.door import LINK
from journeys.contact.accounts.save_account import AccountGiven, save_account
from journeys.contact.channels import CHANNELS, open_channels
from journeys.contact.channels.base import Delivery, Outcome, Receipt
from journeys.contact.deciding.plan import plan
from journeys.contact.inbound.apply_deliveries import apply_deliveries
from journeys.contact.inbound.keep_delivery import keep_delivery
from journeys.contact.inbound.take_receipt import GOES_ON_FROM, take_receipt
from journeys.contact.sending.claim import claim
from journeys.contact.sending.deliver import Delivered, deliver
from journeys.contact.sending.look_up_unknown import look_up_unknown
from journeys.contact.sending.next_few import LEASE
from journeys.contact.sending.record import record
from journeys.contact.sending.settle import settle
from journeys.foundation import links
from journeys.foundation.acting import act
from journeys.foundation.audit import AuditEntry
from journeys.foundation.database import OWNER, connect
from journeys.foundation.errors import Missing
from journeys.foundation.outgoing import Reach
from journeys.store.channel_accounts import ChannelAccount
from journeys.store.contact import Message
from journeys.store.events import Event
from journeys.store.inbox import InboundDelivery
from journeys.store.people import PatientTelecom
from journeys.store.tasks import Task, TaskQueue
from tests import make as a
from tests.make import NOON, an_act
from tests.sending import begun
from tests.spec.channel_cases import brought, provider

NUMBER = "+12125550123"
AFTER = NOON + dt.timedelta(minutes=10)


@pytest.fixture
def twilio(house):
    """`twilio(address)`: the channels in use, with an account at Twilio."""

    def twilio(url="https://api.twilio.com"):
        settings = CHANNELS["twilio_sms"].Settings(
            account_sid="AC1", auth_token="12345", sender="+12125550100", url=url
        )
        given = AccountGiven("twilio_sms", "Texts", settings, is_sandbox=False)
        act(house, an_act(), save_account, "texts", given)
        reach = Reach(frozenset({url.split("/")[2]}), seconds=2)
        return act(house, an_act(), channels_in_use, open_channels(), reach)

    return twilio


@pytest.fixture
def sent(twilio, make, house):
    """A text message that Twilio took as SM1."""
    with make.begin() as session:
        a.added(session, TaskQueue(slug="messages", name={"en": "Messages"}))
        patient = a.person(session)
        a.consent(session, patient)
        row = a.message(session, patient, a.template(session), channels=["sms"])
    act(house, an_act(), plan, channels=("twilio_sms",))
    with provider({"status": 201, "body": '{"sid": "SM1"}'}) as (address, _):
        deliver(house, an_act(), twilio(address))
    return row


@pytest.fixture
def door(read):
    """The letters of the account's door."""
    return lambda: links.token_of(LINK, read(select(ChannelAccount.id))[0].id)


def bring(house, token, now=AFTER, url="https://clinic.example/in/x", signed="signed", **said):
    case = {"url": url, "headers": {"x-twilio-signature": signed}, "body": urlencode(said)}
    return act(house, an_act(now), keep_delivery, token, brought("twilio_sms", case))


def status(read):
    return read(select(Message.status).where(Message.direction == "outbound"))[0].status


def test_a_reply_is_kept_applied_and_answered_once(sent, house, read, door, rung):
    said = {"MessageSid": "SM9", "From": NUMBER, "Body": "STOP"}
    assert bring(house, door(), **said)
    assert "inbound" in rung
    assert bring(house, door(), now=AFTER + dt.timedelta(days=3), **said)
    assert apply_deliveries(house, lambda: an_act(AFTER)) == 1
    assert apply_deliveries(house, lambda: an_act(AFTER)) == 0
    assert read(select(a.Consent.decision, a.Consent.channel).where(a.Consent.decision == "deny")) == [("deny", "sms")]
    assert [row.status for row in read(select(InboundDelivery.status))] == ["applied", "applied"]
    (inbound,) = read(select(Message.answer, Message.channel).where(Message.direction == "inbound"))
    assert inbound == ("stop", "twilio_sms")


def test_a_forged_delivery_leaves_nothing_but_its_trace(sent, house, read, door, database):
    assert not bring(house, door(), signed="Zm9yZ2Vk", MessageSid="SM1", MessageStatus="undelivered")
    assert read(select(InboundDelivery.id)) == []
    owner = connect(database.url, OWNER)
    with owner.connect() as connection:
        refused = select(AuditEntry.verb).where(AuditEntry.outcome == "8")
        assert connection.execute(refused).all() == [("contact.keep_delivery",)]
    owner.dispose()
    assert status(read) == "accepted"
    for letters in ("x" * 30, links.token_of("choices", 1), links.token_of(LINK, 999)):
        with pytest.raises(Missing):
            act(house, an_act(), keep_delivery, letters, Delivery("https://clinic.example/"))


def test_what_cannot_be_read_is_set_aside_and_holds_up_nothing(sent, house, read, door):
    assert bring(house, door(), Nothing="known")
    assert bring(house, door(), MessageSid="SM1", MessageStatus="delivered")
    apply_deliveries(house, lambda: an_act(AFTER))
    assert {tuple(row) for row in read(select(InboundDelivery.status, InboundDelivery.error))} == {
        ("quarantined", "cannot be read"),
        ("applied", None),
    }
    assert status(read) == "delivered"


def test_what_cannot_be_applied_is_tried_five_times(sent, house, read, door, monkeypatch):
    bring(house, door(), MessageSid="SM1", MessageStatus="delivered")

    def breaks(*_):
        raise RuntimeError

    breaks.__module__ = "journeys.contact.inbound.take_receipt"
    monkeypatch.setattr("journeys.contact.inbound.apply_deliveries.take_receipt", breaks)
    for _ in range(7):
        apply_deliveries(house, lambda: an_act(AFTER))
    assert read(select(InboundDelivery.status, InboundDelivery.attempts)) == [("quarantined", 6)]


ORDER = ("accepted", "undeliverable", "delivered")


@pytest.mark.parametrize("said", [*itertools.permutations(ORDER), ("delivered",) * 5, ("undeliverable", "accepted")])
def test_receipts_in_any_order_and_again_end_with_the_most_that_is_known(sent, house, read, said):
    known = "accepted"
    for each in (*said, *said):
        before = status(read)
        act(house, an_act(AFTER), take_receipt, "twilio_sms", Receipt(each, reference="SM1"))
        known = max(known, each, key=ORDER.index)
        assert status(read) == known
        assert before == known or before in GOES_ON_FROM[each]


def test_a_receipt_before_the_sending_is_recorded(twilio, sent, make, house, read):
    channel = twilio()["texts"]
    with make.begin() as session:
        session.execute(update(Message).values(status="released", provider_reference=None, sent_at=None))
    claimed, (envelope,) = begun(house, an_act(), channel)
    receipt = Receipt("delivered", reference="SM2", uid=envelope.uid)
    assert act(house, an_act(AFTER), take_receipt, "twilio_sms", receipt) == "applied"
    act(house, an_act(AFTER), record, claimed, [Outcome(envelope.message_id, "accepted", reference="SM2")])
    assert read(select(Message.status, Message.sent_at, Message.delivered_at)) == [("delivered", NOON, AFTER)]


def test_a_receipt_of_another_channel_or_of_nothing_changes_nothing(sent, house, read):
    receipt = Receipt("undeliverable", reference="SM1")
    assert act(house, an_act(), take_receipt, "whatsapp_cloud", receipt) == "unknown"
    assert act(house, an_act(), take_receipt, "twilio_sms", Receipt("delivered", reference="SM7")) == "unknown"
    assert status(read) == "accepted"


def test_a_number_that_is_out_of_service_is_used_no_more(sent, house, read, door):
    bring(house, door(), MessageSid="SM1", MessageStatus="undelivered", ErrorCode="30005")
    apply_deliveries(house, lambda: an_act(AFTER))
    assert read(select(PatientTelecom.status)) == [("bounced",)]
    assert read(select(Event.kind).where(Event.kind == "message.undeliverable")) == [("message.undeliverable",)]


@pytest.fixture
def unknown(twilio, sent, make, house):
    """`unknown(answers)`: the message was sent again and the provider broke; the channels, for a provider that answers
    so afterwards."""
    with make.begin() as session:
        session.execute(update(Message).values(status="released", provider_reference=None, sent_at=None, attempt=0))
    with provider({"status": 500}) as (address, _):
        assert deliver(house, an_act(), twilio(address)) == Delivered(unknown=1)


def looked_up(house, twilio, answer, now):
    with provider(answer) as (address, heard):
        look_up_unknown(house, lambda: an_act(now), twilio(address)["texts"])
    return heard


BODY = "Hello Ada, please call us."
FOUND = {"body": f'{{"messages": [{{"sid": "SM5", "body": "{BODY}", "num_segments": "1"}}]}}'}
NOT_FOUND = {"body": '{"messages": [{"sid": "SM4", "body": "else"}]}'}


def test_what_is_not_known_is_looked_up_once_the_provider_must_know(unknown, twilio, house, read):
    assert looked_up(house, twilio, FOUND, NOON + dt.timedelta(minutes=2)) == []
    looked_up(house, twilio, FOUND, NOON + dt.timedelta(minutes=4))
    assert read(select(Message.status, Message.provider_reference)) == [("accepted", "SM5")]
    assert read(select(Task.id)) == []


def test_what_the_provider_never_heard_of_is_planned_anew(unknown, twilio, house, read):
    looked_up(house, twilio, NOT_FOUND, NOON + dt.timedelta(minutes=4))
    assert read(select(Message.status, Message.not_before, Message.reasons)) == [("planned", None, [])]


def test_a_provider_that_cannot_be_asked_is_asked_again_and_then_a_person(unknown, twilio, house, read):
    looked_up(house, twilio, {"status": 500}, NOON + dt.timedelta(minutes=4))
    assert read(select(Message.status, Message.not_before)) == [("unknown", NOON + dt.timedelta(minutes=9))]
    assert read(select(Task.id)) == []
    looked_up(house, twilio, {"status": 500}, NOON + dt.timedelta(minutes=70))
    assert read(select(Message.status, Message.not_before)) == [("unknown", None)]
    assert read(select(Task.status, Task.focus_kind, Task.priority)) == [("requested", "message", "asap")]
    (row,) = read(select(Message.id))
    act(house, an_act(NOON + dt.timedelta(minutes=80)), settle, row.id, True)
    assert read(select(Task.status, Task.cancelled_reason)) == [("cancelled", "settled")]


def test_a_report_settles_what_nobody_knew(unknown, twilio, house, read):
    (row,) = read(select(Message.uid))
    act(house, an_act(AFTER), take_receipt, "twilio_sms", Receipt("delivered", reference="SM5", uid=row.uid))
    assert looked_up(house, twilio, NOT_FOUND, AFTER) == []
    assert status(read) == "delivered"


def test_whose_sender_died_is_looked_up_and_never_blindly_repeated(twilio, sent, make, house, read):
    with make.begin() as session:
        session.execute(update(Message).values(status="released", provider_reference=None, sent_at=None))
    channel = twilio()["texts"]
    assert len(begun(house, an_act(), channel)[1]) == 1
    later = NOON + LEASE + dt.timedelta(minutes=1)
    assert act(house, an_act(later), claim, channel).leaving == {}
    assert read(select(Message.status, Message.not_before)) == [("unknown", later)]
    looked_up(house, twilio, FOUND, later)
    assert status(read) == "accepted"


def test_nobody_who_can_be_asked_makes_one_task(make, house, read):
    class Silent(CHANNELS["sms_gateway"]):
        def send(self, envelopes):
            return [Outcome(each.message_id, "unknown", error="too-slow") for each in envelopes]

    Silent.name = "sms_gateway"
    with make.begin() as session:
        a.added(session, TaskQueue(slug="front-desk", name={"en": "Front desk"}))
        patient = a.person(session)
        a.consent(session, patient)
        a.message(session, patient, a.template(session), channels=["sms"])
    act(house, an_act(), plan, channels=("sms_gateway",))
    settings = CHANNELS["sms_gateway"].Settings(url="https://sms.example/", user="clinic")
    deliver(house, an_act(), {"sms_gateway": Silent(settings)})
    assert read(select(Task.status, Task.focus_kind)) == [("requested", "message")]
    assert status(read) == "unknown"
