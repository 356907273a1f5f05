"""Killed with SIGKILL before each statement of a delivery in turn, and right after speaking: nothing is lost, nothing
is sent twice.

The process that dies is forked and has connections of its own. Whatever leaves is written to a file, as an outside
provider would keep it.
"""

import datetime as dt
import os
import signal

import pytest
from sqlalchemy import event, select

from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import Channel, Outcome
from journeys.contact.deciding.plan import plan
from journeys.contact.media import MEDIA
from journeys.contact.sending.deliver import deliver
from journeys.contact.sending.next_few import LEASE
from journeys.foundation.acting import House, act
from journeys.foundation.database import sessions
from journeys.store.contact import Message
from journeys.store.events import Event
from tests import make as a
from tests.make import NOON, an_act

LATER = an_act(NOON + LEASE + dt.timedelta(minutes=1))
MESSAGES = 2


class Post(Channel):
    """A provider that cannot tell a repetition: what it accepted stands in a file."""

    name = "email"
    medium = MEDIA["email"]
    address_systems = ("email",)
    batch = 2
    repeatable = False

    def __init__(self, path, dies=False):
        super().__init__()
        self.path = path
        self.dies = dies

    def send(self, envelopes):
        envelopes = list(envelopes)
        for each in envelopes:
            with self.path.open("a") as file:
                file.write(f"{each.message_id}\n")
            if self.dies:
                os.kill(os.getpid(), signal.SIGKILL)
        return [Outcome(each.message_id, "accepted", reference=str(each.uid)) for each in envelopes]

    def sent(self):
        return [int(line) for line in self.path.read_text().split()] if self.path.exists() else []


class Screen(Post):
    """The phone simulator, with the same file beside it."""

    name = "phone_simulator"
    medium = MEDIA["sms"]
    address_systems = ("sms",)
    repeatable = True


def released(make, house, channel):
    """The ids of messages that wait to be sent on this channel, each to somebody new."""
    with make.begin() as session:
        version = a.template(session)
        rows = []
        for number in range(MESSAGES):
            patient = a.person(session, sms=f"+1212555012{number}", email=f"p{number}@example.org")
            a.consent(session, patient)
            rows.append(a.message(session, patient, version, channels=[channel.speaks]).id)
    act(house, an_act(), plan)
    return rows


def dies_delivering(engine, channel, before_statement):
    """Deliver in a process that kills itself before its n-th statement or commit; whether it died."""
    child = os.fork()
    if child == 0:
        engine.dispose(close=False)
        counted = [0]

        def count(*_):
            counted[0] += 1
            if counted[0] == before_statement:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(engine, "before_cursor_execute", count)
        event.listen(engine, "commit", count)
        deliver(House(sessions(engine)), an_act(), {channel.name: channel})
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def check(channel, read, messages):
    """Nothing lost, nothing twice, and what is not known says so."""
    sent = channel.sent()
    status = dict(read(select(Message.id, Message.status).where(Message.id.in_(messages))))
    told = select(Event.subject_id).where(Event.kind == "message.sent", Event.subject_id.in_(messages))
    events = [row.subject_id for row in read(told)]
    assert sorted(status) == messages
    for message in messages:
        if channel.repeatable:
            assert status[message] == "accepted"
        else:
            assert sent.count(message) <= 1
            assert status[message] in {"accepted", "unknown"}
            assert sent.count(message) == 1 or status[message] == "unknown"
        assert events.count(message) == (1 if status[message] == "accepted" else 0)
    return sorted(status.values())


@pytest.mark.slow
@pytest.mark.parametrize("kind", [Post, Screen])
def test_killed_before_every_statement(kind, engine, make, house, read, tmp_path):
    deaths = 0
    for number in range(1, 100):
        channel = kind(tmp_path / f"sent-{number}")
        messages = released(make, house, channel)
        died = dies_delivering(engine, channel, number)
        deliver(house, LATER, {channel.name: channel})
        check(channel, read, messages)
        deaths += died
        if not died:
            break
    assert not died
    assert deaths > 15


def test_killed_right_after_the_provider_took_it(engine, make, house, read, tmp_path):
    channel = Post(tmp_path / "sent", dies=True)
    messages = released(make, house, channel)
    assert dies_delivering(engine, channel, before_statement=10_000)
    channel.dies = False
    deliver(house, LATER, {channel.name: channel})
    # the second of the batch had not left yet, but nobody can know that
    assert check(channel, read, messages) == ["unknown", "unknown"]
    assert len(channel.sent()) == 1


def test_several_who_deliver_at_once_send_each_message_once(engine, make, house, read, tmp_path):
    channel = Post(tmp_path / "sent")
    with make.begin() as session:
        version = a.template(session)
        for number in range(20):
            patient = a.person(session, email=f"p{number}@example.org")
            a.consent(session, patient)
            a.message(session, patient, version, channels=["email"])
    act(house, an_act(), plan)
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            engine.dispose(close=False)
            deliver(House(sessions(engine)), an_act(), {"email": channel})
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0, 0]
    assert sorted(channel.sent()) == sorted(row.id for row in read(select(Message.id)))
    assert read(select(Message.status).distinct()) == [("accepted",)]


def test_the_simulator_is_repeatable_and_email_is_not():
    assert CHANNELS["phone_simulator"].repeatable
    assert not CHANNELS["email"].repeatable
