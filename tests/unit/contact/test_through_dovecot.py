"""From a sent e-mail through a real mailbox and back: heard at once, kept once, applied; the server goes and comes."""

import datetime as dt
import threading

import pytest
from sqlalchemy import select

from journeys.contact.accounts.save_account import AccountGiven, save_account
from journeys.contact.channels import CHANNELS
from journeys.contact.deciding.plan import plan
from journeys.contact.inbound.apply_deliveries import apply_deliveries
from journeys.contact.mail.hear import hear
from journeys.contact.mail.mailbox import TROUBLES, Mailbox, trouble
from journeys.contact.mail.mailboxes_in_use import mailboxes_in_use
from journeys.contact.sending.deliver import deliver
from journeys.foundation.acting import act
from journeys.store.channel_accounts import ChannelState
from journeys.store.contact import Message
from journeys.store.inbox import InboundDelivery
from journeys.worker.listening import Listeners
from tests import make as a
from tests.make import NOON, an_act
from tests.spec.channel_cases import smtp_server
from tests.unit.contact.dovecot import PROGRAM, dovecot, until

pytestmark = [pytest.mark.skipif(PROGRAM is None, reason="Dovecot is not installed"), pytest.mark.slow]

AFTER = NOON + dt.timedelta(minutes=10)


@pytest.fixture
def sent(make, house):
    """An e-mail that left, with the uid that its Message-ID has."""
    with make.begin() as session:
        patient = a.person(session, email="ada@example.org")
        a.consent(session, patient)
        row = a.message(session, patient, a.template(session), channels=["email"])
    act(house, an_act(), plan)
    with smtp_server({}) as (settings, _):
        deliver(house, an_act(), {"email": CHANNELS["email"](settings)})
    return row.uid


def opened(house, post, **more):
    """An account with this mailbox, as the listener finds it."""
    settings = CHANNELS["email"].Settings(
        imap_host=post.host,
        imap_port=post.port,
        imap_security=post.security,
        imap_user=post.user,
        imap_password=more.get("password", post.password),
    )
    act(house, an_act(), save_account, "desk", AccountGiven("email", "Desk", settings, is_sandbox=False))
    (heard,) = act(house, an_act(), mailboxes_in_use)
    return heard


@pytest.fixture
def listening(house):
    """`listening(heard)`: hear it in a thread until the test ends."""
    is_over = threading.Event()
    threads = []

    def listening(heard):
        given = (house, lambda: an_act(AFTER), heard, is_over, 2.0)
        threads.append(threading.Thread(target=hear, args=given))
        threads[-1].start()

    yield listening
    is_over.set()
    for each in threads:
        each.join(120)


def reply(uid, text, name="1"):
    return (
        f"From: Ada <ada@example.org>\nTo: clinic@example.org\nMessage-ID: <{name}@example.org>\n"
        f"In-Reply-To: <{uid}@example.org>\nSubject: Re: Your visit\n\n{text}\n"
    )


def test_an_answer_is_heard_kept_once_and_applied_also_after_the_server_went(house, read, sent, listening):
    def kept():
        return len(read(select(InboundDelivery.id).where(InboundDelivery.source == "mailbox:desk")))

    def state():
        return read(select(ChannelState.hearing_since, ChannelState.hearing_error))

    with dovecot() as server:
        server.bring(reply(sent, "old news", "0"))
        listening(opened(house, server.post))
        assert until(lambda: state() == [(AFTER, None)])
        server.bring(reply(sent, "Yes\n\nOn 3 March 2026 the clinic wrote:\n> STOP"))
        assert until(lambda: kept() == 1)
        apply_deliveries(house, lambda: an_act(AFTER))
        assert read(select(Message.answer).where(Message.direction == "outbound")) == [("confirm",)]
        server.stop()
        assert until(lambda: state()[0].hearing_error is not None)
        server.start()
        assert until(lambda: state() == [(AFTER, None)])
        server.bring("Received: from a\n" + reply(sent, "Yes\n\nOn 3 March 2026 the clinic wrote:\n> STOP"))
        server.bring(reply(sent, "STOP", "2"))
        assert until(lambda: kept() == 2)
        apply_deliveries(house, lambda: an_act(AFTER))
    assert read(select(a.Consent.decision, a.Consent.channel).where(a.Consent.decision == "deny")) == [
        ("deny", "email")
    ]
    assert len(read(select(Message.id).where(Message.direction == "inbound"))) == 2


def test_a_certificate_that_nobody_knows_and_a_wrong_password_are_told_apart(house, read):
    with dovecot("starttls") as server, pytest.raises(TROUBLES) as refused, Mailbox(server.post):
        pass
    assert trouble(refused.value) == "SSLCertVerificationError"
    with dovecot() as server, pytest.raises(TROUBLES) as refused:
        wrong = type(server.post)(**{**vars(server.post), "password": "other"})
        with Mailbox(wrong):
            pass
    assert trouble(refused.value) == "imap sign-in"
    with pytest.raises(TROUBLES) as refused, Mailbox(server.post):
        pass
    assert trouble(refused.value) == "ConnectionRefusedError"


def test_listeners_keep_in_step_with_the_accounts(house, read):
    with dovecot() as server:
        opened(house, server.post)
        listeners = Listeners(house, lambda: an_act(AFTER))
        listeners.keep_up()
        first = listeners.listening["desk"]
        listeners.keep_up()
        assert listeners.listening["desk"] is first
        opened(house, server.post, password="other")
        listeners.keep_up()
        assert first.is_over.is_set()
        assert listeners.listening["desk"] is not first
        listeners.end()
        server.stop()
        for each in (first, listeners.listening["desk"]):
            each.thread.join(70)
            assert not each.thread.is_alive()
