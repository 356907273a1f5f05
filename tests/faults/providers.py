"""Rows F13 to F15: a provider that answers in every wrong way, whose list lags, that is silent for hours.

The provider stands here: it takes a message or does not, and says so or does not, by a drawn plan. What it took is its
own count.
"""

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass, field

from journeys.contact.channels.base import Channel, Outcome
from journeys.contact.deciding.plan import plan
from journeys.contact.media import MEDIA
from journeys.contact.sending.deliver import deliver
from journeys.contact.sending.look_up_unknown import look_up_unknown
from journeys.foundation.acting import House, act
from tests.faults.alone import CARRIER, alone
from tests.make import NOON, an_act

LAG = dt.timedelta(minutes=2)
FAULTS = ("too many", "broken before", "broken after", "silent after", "garbled after", "not reached")
OF_AN_OUTAGE = 20
"""Messages that are stale by its end, and as many that are not."""

LONGEST_LEFT_ALONE = dt.timedelta(minutes=90)


class Provider(Channel):
    """Takes one message in five with a fault; its list knows of a message only after the lag, or up to it."""

    name = CARRIER
    medium = MEDIA["sms"]
    address_systems = ("sms",)
    batch = 5
    looks_up_after = dt.timedelta(minutes=3)

    def __init__(self, seed: int, has_any_lag: bool = False) -> None:
        super().__init__()
        self.chance = random.Random(seed)
        self.has_any_lag = has_any_lag
        self.taken: Counter[int] = Counter()
        self.listed: dict[int, dt.datetime] = {}
        self.faults: Counter[str] = Counter()
        self.is_down = False

    def send_one(self, each):
        fault = self.chance.choice(FAULTS) if self.chance.random() < 0.2 else None
        if self.is_down or fault == "not reached":
            return Outcome(each.message_id, "refused", error="no-answer", is_down=True)
        self.faults[fault or "none"] += 1
        if fault == "too many":
            return Outcome(each.message_id, "refused", error="http 429", is_down=True, retry_after=30)
        if fault == "broken before":
            return Outcome(each.message_id, "unknown", error="http 500")
        self.taken[each.message_id] += 1
        self.listed[each.message_id] = each.now + LAG * (self.chance.random() if self.has_any_lag else 1)
        if fault:
            return Outcome(each.message_id, "unknown", error=fault)
        return Outcome(each.message_id, "accepted", reference=f"SM{each.message_id}")

    def look_up(self, envelope, since, known):
        known_from = self.listed.get(envelope.message_id)
        if known_from is not None and known_from <= envelope.now:
            return Outcome(envelope.message_id, "accepted", reference=f"SM{envelope.message_id}")
        return Outcome(envelope.message_id, "refused", error="not found")


@dataclass
class Played:
    """What one round came to: how often it struck and how, and what was lost, unexpected, doubled."""

    strikes: int
    hit: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    unexpected: Counter[str] = field(default_factory=Counter)
    duplicated: Counter[str] = field(default_factory=Counter)


def rounds(house: House, provider: Channel, start: dt.datetime, minutes: int, step: int = 5) -> None:
    """Deliver, look up and plan as the workers do, every so many minutes."""
    for minute in range(0, minutes, step):
        doing = an_act(start + dt.timedelta(minutes=minute))
        act(house, doing, plan, channels=(CARRIER,))
        look_up_unknown(house, lambda doing=doing: doing, provider)
        deliver(house, doing, {CARRIER: provider})


def wrong_answers(count: int, seed: int, has_any_lag: bool = False) -> Played:
    """F13: so many messages through a provider that breaks."""
    with alone(seed) as here:
        provider = Provider(seed, has_any_lag)
        here.let_in(count)
        here.plan()
        minutes = 0
        while set(here.statuses()) - {"accepted", "held", "undeliverable"} and minutes < 48 * 60:
            rounds(here.house, provider, NOON + dt.timedelta(minutes=minutes), 60)
            minutes += 60
        ended = here.statuses()
    played = Played(count, hit=provider.faults)
    played.lost["message"] += count - ended.get("accepted", 0)
    played.unexpected["accepted"] += max(0, ended.get("accepted", 0) - len(provider.taken))
    played.duplicated["message"] += sum(taken - 1 for taken in provider.taken.values())
    return played


def lagging_list(count: int, seed: int) -> Played:
    """F14: its list knows of a message after any part of two minutes."""
    return wrong_answers(count, seed, has_any_lag=True)


def outages(count: int, seed: int) -> Played:
    """F15: so many times nobody answers for six hours. What is stale then is held with its reason, the rest leaves, one
    for each patient on that day."""
    played = Played(count)
    for number in range(count):
        with alone(seed + number) as here:
            provider = Provider(seed + number)
            provider.is_down = True
            here.let_in(OF_AN_OUTAGE, useful_until=NOON + dt.timedelta(hours=2))
            here.let_in(OF_AN_OUTAGE // 2, messages_each=2)
            rounds(here.house, provider, NOON, 360, step=15)
            provider.is_down = False
            rounds(here.house, provider, NOON + dt.timedelta(hours=6), 120)
            ended = here.statuses()
        sent = len(provider.taken)
        played.hit["outage"] += 1
        played.lost["message"] += max(0, OF_AN_OUTAGE // 2 - sent)
        played.unexpected["stale"] += abs(OF_AN_OUTAGE - ended.get("held", 0))
        played.unexpected["burst"] += max(0, sent - OF_AN_OUTAGE // 2)
        played.duplicated["message"] += sum(taken - 1 for taken in provider.taken.values())
    return played
