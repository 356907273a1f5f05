"""What lies in a mailbox, kept and applied: replies by their thread, strangers, notices, complaints, machines."""

import datetime as dt
import uuid
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from journeys.contact.accounts.save_account import AccountGiven, save_account
from journeys.contact.channels import CHANNELS
from journeys.contact.deciding.plan import plan
from journeys.contact.inbound import files
from journeys.contact.inbound.apply_deliveries import apply_deliveries
from journeys.contact.mail.begin_hearing import begin_hearing
from journeys.contact.mail.fail_hearing import fail_hearing
from journeys.contact.mail.keep_mail import keep_mail
from journeys.contact.mail.mailbox import Came
from journeys.contact.sending.deliver import deliver
from journeys.foundation.acting import act
from journeys.store.channel_accounts import ChannelAccount, ChannelState
from journeys.store.contact import Message
from journeys.store.contact_marks import ContactMark
from journeys.store.events import Event
from journeys.store.inbox import InboundDelivery
from journeys.store.people import Patient, PatientTelecom
from journeys.store.tasks import Task, TaskQueue
from tests import make as a
from tests.make import NOON, an_act
from tests.spec.channel_cases import smtp_server

AFTER = NOON + dt.timedelta(minutes=10)
CASES = Path(__file__).parents[2] / "spec" / "contact.channels" / "email.yaml"
RAW = {each["says"]: each["raw"] for each in yaml.safe_load(CASES.read_text("utf-8"))["mails"]}
OURS = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def account(house, read):
    """An account with a mailbox, by its number."""
    settings = CHANNELS["email"].Settings(imap_host="mail.example")
    act(house, an_act(), save_account, "desk", AccountGiven("email", "Desk", settings, is_sandbox=False))
    return read(select(ChannelAccount.id))[0].id


@pytest.fixture
def sent(make, house, account):
    """An e-mail that left, under the uid of the cases."""
    with make.begin() as session:
        a.added(session, TaskQueue(slug="messages", name={"en": "Messages"}))
        patient = a.person(session, email="ada@example.org")
        a.consent(session, patient)
        row = a.message(session, patient, a.template(session), channels=["email"], uid=uuid.UUID(OURS))
    act(house, an_act(), plan)
    with smtp_server({}) as (settings, _):
        deliver(house, an_act(), {"email": CHANNELS["email"](settings)})
    return row


@pytest.fixture
def bring(house, account):
    """`bring(raw)`: it lies in the mailbox, is kept and applied; whether it was new."""
    numbers = iter(range(1, 1000))

    def bring(raw):
        came = Came(next(numbers), raw.encode())
        is_new = act(house, an_act(AFTER), keep_mail, account, 7, came)
        apply_deliveries(house, lambda: an_act(AFTER))
        return is_new

    return bring


def answer(text, sender="ada@example.org", **headers):
    said = {"From": sender, "In-Reply-To": f"<{OURS}@clinic.example>", "Message-ID": "<1@x>", **headers}
    return "\n".join([*(f"{name}: {value}" for name, value in said.items()), "", text])


def outbound(read, *columns):
    return read(select(*columns).where(Message.direction == "outbound").order_by(Message.id))


def test_a_mail_is_kept_once_also_where_servers_add_lines_on_its_way(sent, bring, read):
    assert bring(answer("Yes"))
    assert not bring(answer("Yes", Received="from somewhere else"))
    assert bring(answer("No", **{"Message-ID": "<2@x>"}))
    assert read(select(ChannelState.heard_validity, ChannelState.heard_number)) == [(7, 3)]
    assert len(read(select(Message.id).where(Message.direction == "inbound"))) == 2


def test_a_reply_answers_the_message_that_it_names_not_the_newest(sent, make, house, bring, read):
    with make.begin() as session:
        before = session.get_one(Message, sent.id)
        patient = session.get_one(Patient, before.patient_id)
        later = {"status": "accepted", "channel": "email", "sent_at": AFTER, "telecom_id": before.telecom_id}
        a.message(session, patient, None, planned_at=AFTER, **later)
    bring(answer("Yes"))
    assert outbound(read, Message.id, Message.answer)[0] == (sent.id, "confirm")
    assert read(select(Event.subject_id, Event.outcome).where(Event.kind == "message.answered")) == [
        (sent.id, "confirm")
    ]


def test_a_strangers_yes_answers_nothing_and_reaches_a_person(sent, bring, read):
    bring(answer("Yes", sender="neighbour@example.org"))
    assert outbound(read, Message.answered_at) == [(None,)]
    (inbound,) = read(
        select(Message.answer, Message.understood_by, Message.patient_id).where(Message.direction == "inbound")
    )
    assert inbound == ("other", "stranger", sent.patient_id)
    assert len(read(select(Task.id))) == 1


def test_a_strangers_stop_holds_and_their_emergency_is_the_most_urgent(sent, bring, read):
    bring(answer("STOP", sender="neighbour@example.org"))
    refused = select(a.Consent.decision, a.Consent.channel).where(a.Consent.decision == "deny")
    assert read(refused) == [("deny", "email")]
    bring(answer("She has chest pain", sender="neighbour@example.org", **{"Message-ID": "<2@x>"}))
    assert read(select(Task.priority)) == [("stat",)]


def test_who_names_nothing_and_is_not_known_is_set_aside(sent, bring, read):
    bring("From: who@example.org\n\nYes")
    assert ("quarantined", "unknown sender") in read(select(InboundDelivery.status, InboundDelivery.error))
    assert read(select(Message.id).where(Message.direction == "inbound")) == []


def test_a_machines_answer_is_no_answer_and_is_not_answered(sent, bring, read):
    bring(RAW["an absence, by RFC 3834"])
    assert read(select(InboundDelivery.status, InboundDelivery.error)) == [("ignored", "automatic")]
    assert len(read(select(Message.id))) == 1
    assert outbound(read, Message.answered_at) == [(None,)]


def test_an_address_that_does_not_exist_is_used_no_more_since_when_and_why(sent, bring, read):
    bring(RAW["an address that does not exist (RFC 3464, with the headers of our mail)"])
    assert outbound(read, Message.status, Message.error) == [("undeliverable", "bounced 5.1.1")]
    address = select(PatientTelecom.status, PatientTelecom.status_at, PatientTelecom.status_why)
    assert read(address.where(PatientTelecom.system == "email")) == [("bounced", AFTER, "bounced 5.1.1")]
    assert read(address.where(PatientTelecom.system != "email")) == [("usable", None, None)]


def test_a_full_mailbox_leaves_the_address_as_it_is(sent, bring, read):
    bring(RAW["a full mailbox is no bad address; the whole mail is brought back"])
    assert outbound(read, Message.status, Message.error) == [("undeliverable", "bounced 5.2.2")]
    assert {row.status for row in read(select(PatientTelecom.status))} == {"usable"}


def test_a_complaint_holds_back_what_is_not_needed_and_stands_among_consents(sent, bring, read):
    bring(RAW["a complaint (RFC 5965)"])
    bring(RAW["a complaint (RFC 5965)"].replace("Some/1.0", "Other/2.0"))
    assert read(select(ContactMark.kind, ContactMark.channel, ContactMark.source)) == [
        ("complaint", "email", "feedback-report")
    ]
    refused = select(a.Consent.decision, a.Consent.purpose, a.Consent.channel).where(a.Consent.decision == "deny")
    assert read(refused) == [("deny", "care", "email")]


def test_files_are_kept_with_the_message_or_refused_with_the_reason(sent, bring, make):
    bring(RAW["files are kept, or refused with the reason"])
    with make.begin() as session:
        message = session.scalars(select(Message).where(Message.direction == "inbound")).one()
        kept = [(each.name, each.refused, each.content) for each in files.read(message.files, message.contents)]
    assert kept == [("tarjeta mañana.png", None, b"hello"), ("card.exe", "kind", b"")]


def test_what_is_too_large_is_set_aside_with_its_head(sent, house, account, read):
    act(house, an_act(AFTER), keep_mail, account, 7, Came(1, b"From: ada@example.org\n\n", is_whole=False))
    assert read(select(InboundDelivery.status, InboundDelivery.error)) == [("quarantined", "too large")]


def test_what_no_parser_reads_holds_up_nothing(sent, bring, read):
    nested = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3000))
    bring(f"From: ada@example.org\n{nested}")
    bring(answer("Yes"))
    assert outbound(read, Message.answer) == [("confirm",)]


def test_a_mailbox_is_read_from_where_it_was_left(house, account, read):
    begun = [act(house, an_act(), begin_hearing, "desk", 7, 40)]
    act(house, an_act(AFTER), keep_mail, account, 7, Came(41, b"From: a@b.c\n\nHi"))
    act(house, an_act(AFTER), fail_hearing, "desk", "imap")
    act(house, an_act(AFTER + dt.timedelta(minutes=5)), fail_hearing, "desk", "gaierror")
    failing = select(ChannelState.hearing_since, ChannelState.hearing_error, ChannelState.hearing_failed_at)
    assert read(failing) == [(None, "gaierror", AFTER)]
    begun.append(act(house, an_act(), begin_hearing, "desk", 7, 50))
    begun.append(act(house, an_act(), begin_hearing, "desk", 8, 5))
    assert begun == [39, 41, 0]
    assert read(failing) == [(NOON, None, None)]
