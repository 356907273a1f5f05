"""Calls: asked for as Twilio's own library would, in TwiML that it writes alike; a machine hears only who called."""

import datetime as dt
import logging
import uuid
from urllib.parse import parse_qsl, urlencode
from xml.etree.ElementTree import fromstring

import pytest
from sqlalchemy import select
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.twiml.voice_response import Gather, VoiceResponse

from journeys.contact.accounts.channels_in_use import channels_in_use
from journeys.contact.accounts.door import LINK
from journeys.contact.accounts.save_account import AccountGiven, save_account
from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import Delivery
from journeys.contact.deciding.plan import plan
from journeys.contact.inbound.answer_door import answer_door
from journeys.contact.inbound.apply_deliveries import apply_deliveries
from journeys.contact.inbound.keep_delivery import keep_delivery
from journeys.contact.sending.deliver import deliver
from journeys.contact.vendors import voice
from journeys.foundation import links
from journeys.foundation.acting import act
from journeys.foundation.outgoing import Reach
from journeys.store.channel_accounts import ChannelAccount
from journeys.store.contact import Consent, Message
from tests import make as a
from tests.make import NOON, an_act
from tests.spec.channel_cases import provider

NUMBER = "+12125550123"
AFTER = NOON + dt.timedelta(minutes=1)
TOKEN = "12345"
TAKEN = {"status": 201, "body": '{"sid": "CA1", "status": "queued"}'}


@pytest.fixture
def called(make, house, read, monkeypatch):
    """What Twilio heard of a call that a patient was due, and the letters of its door."""
    monkeypatch.setattr(links.Portal, "address", "https://clinic.example")
    with make.begin() as session:
        patient = a.person(session, sms=None)
        a.telecom(session, patient, "phone", NUMBER)
        a.consent(session, patient)
        a.message(session, patient, a.template(session), channels=["voice"])
    with provider(TAKEN) as (address, heard):
        settings = CHANNELS["twilio_voice"].Settings(
            account_sid="AC1",
            auth_token=TOKEN,
            sender="+12125550100",
            clinic="Riverside",
            call_back="+12125550100",
            url=address,
        )
        given = AccountGiven("twilio_voice", "Calls", settings, is_sandbox=False)
        act(house, an_act(), save_account, "calls", given)
        reach = Reach(frozenset({address.removeprefix("http://")}), seconds=2)
        act(house, an_act(), plan, channels=("twilio_voice",))
        deliver(house, an_act(), act(house, an_act(), channels_in_use, {}, reach))
    said = dict(parse_qsl(heard[-1]))
    return said, links.token_of(LINK, read(select(ChannelAccount.id))[0].id)


def bring(house, token, url, **said):
    """Twilio, with its own library, comes to an address that it was given."""
    headers = {"x-twilio-signature": RequestValidator(TOKEN).compute_signature(url, said)}
    delivery = Delivery(url, headers, urlencode(said).encode())
    assert act(house, an_act(AFTER), keep_delivery, token, delivery)
    return act(house, an_act(AFTER), answer_door, token, delivery)


def spoken(document):
    """Everything that is said, in one text."""
    return " ".join(each.text for each in fromstring(document.encode()).iter("Say"))


class Heard(HttpClient):
    """Keeps what the library would send."""

    def __init__(self):
        super().__init__(logging.getLogger(__name__), is_async=False)

    def request(self, method, url, params=None, data=None, *_args, **_more):
        self.sent = (method, url.partition(".com")[2], dict(data))
        return Response(201, '{"sid": "CA1"}')


def test_a_call_is_asked_for_as_twilios_library_asks(called):
    said, _token = called
    client = Client("AC1", TOKEN, http_client=Heard())
    client.calls.create(
        to=NUMBER,
        from_="+12125550100",
        url=said["Url"],
        status_callback=said["StatusCallback"],
        machine_detection="DetectMessageEnd",
        timeout=30,
    )
    method, path, theirs = client.http_client.sent
    assert (method, path) == ("POST", "/2010-04-01/Accounts/AC1/Calls.json")
    assert {name: str(value) for name, value in theirs.items()} == said


def test_a_person_hears_the_message_and_answers_by_key(called, house, read):
    said, token = called
    document = bring(house, token, said["Url"], CallSid="CA1", CallStatus="in-progress", AnsweredBy="human")
    assert "Hello Ada, please call us." in spoken(document)
    assert "press 9" in spoken(document)
    (gather, _again) = fromstring(document.encode()).iter("Gather")
    thanks = bring(house, token, gather.get("action"), CallSid="CA1", To=NUMBER, Digits="1")
    assert spoken(thanks) == "Thank you. Goodbye."
    bring(house, token, said["StatusCallback"], CallSid="CA1", CallStatus="completed")
    apply_deliveries(house, lambda: an_act(AFTER))
    rows = read(select(Message.status, Message.answer).order_by(Message.id))
    assert rows == [("delivered", "confirm"), ("received", "confirm")]


@pytest.mark.parametrize("answered_by", ["machine_end_beep", "machine_start", "fax", "unknown", ""])
def test_whatever_may_be_a_machine_hears_only_who_called(called, house, answered_by):
    said, token = called
    document = bring(house, token, said["Url"], CallSid="CA1", AnsweredBy=answered_by)
    assert spoken(document) == (
        "This is a message from Riverside. Please call us back at +1 2 1 2 5 5 5 0 1 0 0. Thank you."
    )
    assert "Ada" not in document


def test_nine_ends_calls_and_nothing_else(called, house, read):
    said, token = called
    key = said["Url"].replace("for=say", "for=key")
    bring(house, token, key, CallSid="CA1", To=NUMBER, Digits="9")
    apply_deliveries(house, lambda: an_act(AFTER))
    assert read(select(Consent.channel).where(Consent.decision == "deny")) == [("voice",)]


@pytest.mark.parametrize(
    ("status", "more", "becomes", "error"),
    [
        ("ringing", {}, "accepted", None),
        ("completed", {}, "delivered", None),
        ("busy", {}, "undeliverable", "call busy"),
        ("no-answer", {}, "undeliverable", "call no-answer"),
        ("canceled", {}, "undeliverable", "call canceled"),
        ("failed", {"SipResponseCode": "404"}, "undeliverable", "call failed"),
        ("no-such-thing", {}, "accepted", None),
    ],
)
def test_what_became_of_a_call(called, house, read, status, more, becomes, error):
    said, token = called
    assert bring(house, token, said["StatusCallback"], CallSid="CA1", CallStatus=status, **more) == ""
    apply_deliveries(house, lambda: an_act(AFTER))
    assert read(select(Message.status, Message.error)) == [(becomes, error)]


def test_nobody_hears_the_message_who_is_not_twilio_or_asks_about_another(called, house):
    said, token = called
    forged = Delivery(said["Url"], {"x-twilio-signature": "bm8="}, b"CallSid=CA1&AnsweredBy=human")
    assert not act(house, an_act(AFTER), keep_delivery, token, forged)
    other = said["Url"].replace(said["Url"].partition("message=")[2][:36], str(uuid.uuid4()))
    assert bring(house, token, other, CallSid="CA1", AnsweredBy="human") == ""


def test_twiml_is_what_twilios_library_writes():
    theirs = VoiceResponse()
    theirs.say("Hello, this is a call from A & B.", language="en-US")
    for _ in range(2):
        gather = Gather(input="dtmf", num_digits=1, timeout=8, action="https://h/?a=1&for=key", method="POST")
        gather.say("1 < 2 & 3", language="en-US")
        gather.say("To get no more calls, press 9.", language="en-US")
        theirs.append(gather)
    theirs.say("Thank you. Goodbye.", language="en-US")
    theirs.hangup()
    ours = voice.message_to_a_person("1 < 2 & 3\x00", "en-GB", "A & B", "https://h/?a=1&for=key")
    assert nodes(ours) == nodes(theirs.to_xml())


def nodes(document):
    """The elements of a document, in order, with what they say."""
    return [(each.tag, sorted(each.attrib.items()), each.text) for each in fromstring(document.encode()).iter()]
