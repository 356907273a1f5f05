"""Rows F13 to F15 for one provider: broken answers, a list that lags, hours of silence. Nothing lost, nothing twice.

The provider stands in the test: it takes a message or does not, and says so or does not, by a drawn plan. What it took
is its own count, by the text of each message.
"""

import datetime as dt
import random
from collections import Counter

import pytest
from sqlalchemy import func, select

from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import Channel, Outcome
from journeys.contact.deliver import deliver
from journeys.contact.look_up_unknown import look_up_unknown
from journeys.contact.plan import plan
from journeys.foundation.acting import House, act
from journeys.foundation.database import WORKER, connect, sessions
from journeys.store.channel_accounts import ChannelState
from journeys.store.contact import Message
from tests import make as a
from tests.make import NOON, an_act

LAG = dt.timedelta(minutes=2)
FAULTS = ("too many", "broken before", "broken after", "silent after", "garbled after", "not reached")
MESSAGES = 60


class Provider(Channel):
    """Takes one message in five with a fault; its list knows of a message only after the lag."""

    name = "twilio_sms"
    speaks = "sms"
    address_systems = ("sms",)
    batch = 5
    looks_up_after = dt.timedelta(minutes=3)

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.chance = random.Random(seed)
        self.taken: Counter[int] = Counter()
        self.listed: dict[int, dt.datetime] = {}
        self.faults: Counter[str] = Counter()
        self.is_down = False

    def send(self, envelopes):
        for each in envelopes:
            yield self.answer(each)

    def answer(self, each):
        fault = self.chance.choice(FAULTS) if self.chance.random() < 0.2 else None
        if self.is_down or fault == "not reached":
            return Outcome(each.message_id, "refused", error="no-answer", is_down=True)
        self.faults[fault or "none"] += 1
        if fault == "too many":
            return Outcome(each.message_id, "refused", error="http 429", is_down=True, retry_after=30)
        if fault == "broken before":
            return Outcome(each.message_id, "unknown", error="http 500")
        self.taken[each.message_id] += 1
        self.listed[each.message_id] = each.now + LAG
        if fault:
            return Outcome(each.message_id, "unknown", error=fault)
        return Outcome(each.message_id, "accepted", reference=f"SM{each.message_id}")

    def look_up(self, envelope, since, known):
        known_from = self.listed.get(envelope.message_id)
        if known_from is not None and known_from <= envelope.now:
            return Outcome(envelope.message_id, "accepted", reference=f"SM{envelope.message_id}")
        return Outcome(envelope.message_id, "refused", error="not found")


@pytest.fixture
def house(database):
    engine = connect(database.url, WORKER)
    yield House(sessions(engine))
    engine.dispose()


def released(house, count, **facts):
    with house.sessions() as session, session.begin():
        version = a.template(session)
        for number in range(count):
            patient = a.person(session, sms=f"+1212555{1000 + number}")
            a.consent(session, patient)
            a.message(session, patient, version, channels=["sms"], **facts)
    act(house, an_act(), plan, limit=count, channels=("twilio_sms",))


def statuses(house):
    with house.sessions() as session:
        counted = select(Message.status, func.count()).group_by(Message.status)
        return {status: count for status, count in session.execute(counted).all()}  # noqa: C416 - rows are no pairs


def rounds(house, provider, start, minutes, step=5):
    """Deliver, look up and plan as the workers do, every so many minutes."""
    for minute in range(0, minutes, step):
        doing = an_act(start + dt.timedelta(minutes=minute))
        act(house, doing, plan, channels=("twilio_sms",))
        look_up_unknown(house, lambda doing=doing: doing, provider)
        deliver(house, doing, {"twilio_sms": provider})


def test_a_provider_that_breaks_in_every_way_loses_nothing_and_sends_nothing_twice(house):
    assert CHANNELS["twilio_sms"].looks_up_after > LAG
    provider = Provider(seed=20260303)
    released(house, MESSAGES)
    rounds(house, provider, NOON, 240)
    assert statuses(house) == {"accepted": MESSAGES}
    assert len(provider.taken) == MESSAGES
    assert set(provider.taken.values()) == {1}
    assert len(provider.faults) > 3


def test_six_hours_without_the_provider_drop_what_is_stale_and_send_the_rest_without_a_burst(house):
    provider = Provider(seed=1)
    provider.is_down = True
    released(house, 20, useful_until=NOON + dt.timedelta(hours=2))
    released_late = 15
    with house.sessions() as session, session.begin():
        version = session.scalar(select(Message.template_version_id).limit(1))
        for number in range(released_late):
            patient = a.person(session, sms=f"+1212556{1000 + number}")
            a.consent(session, patient)
            a.message(session, patient, version, channels=["sms"])
    rounds(house, provider, NOON, 360, step=15)
    assert provider.taken == {}
    with house.sessions() as session:
        assert session.scalar(select(ChannelState.failures)) > 5
    provider.is_down = False
    provider.chance = random.Random(2)
    rounds(house, provider, NOON + dt.timedelta(hours=6), 90)
    found = statuses(house)
    assert found["held"] == 20
    assert found["accepted"] == released_late
    assert set(provider.taken.values()) == {1}
