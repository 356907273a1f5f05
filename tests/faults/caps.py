"""Row CAPS: many schedulers plan and deliver at once, and every patient's caps hold.

The provider stands here and keeps a ledger: to whom, when. The checker knows nothing else but the zone in which each
lives and the two caps; it asks the house neither for its counts nor for its rules.
"""

import datetime as dt
import threading
import zoneinfo
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from sqlalchemy.exc import OperationalError

from journeys.contact.channels.base import Channel, Outcome
from journeys.contact.deciding.plan import plan
from journeys.contact.media import MEDIA
from journeys.contact.sending.deliver import deliver
from journeys.foundation.acting import act
from journeys.foundation.lanes import ALL_LANES, lanes_of_share
from tests import make as a
from tests.faults.alone import CARRIER, SEVEN_DIGITS, Alone, alone
from tests.faults.providers import Played
from tests.make import NOON, an_act

SCHEDULERS = 64
A_DAY = 1
A_WEEK = 3
WEEK = 7
MESSAGES_EACH = 5
DAYS = 11
"""Three in the first week, the fourth and the fifth as the days of the first two are seven days old."""

HOURS = (0, 3, 11)
"""After noon in New York: when everybody wakes. It is day there at the first two, in India only at the last."""

ZONES = ("America/New_York", "America/Anchorage", "Europe/Madrid", "Asia/Kolkata")
SHARES = 3


class Sent(NamedTuple):
    """One line of the provider's ledger."""

    number: str
    at: dt.datetime


class Ledger(Channel):
    """Takes everything and writes down to whom and when."""

    name = CARRIER
    medium = MEDIA["sms"]
    address_systems = ("sms",)
    batch = 3

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Sent] = []
        self.taken: Counter[int] = Counter()
        self.lock = threading.Lock()

    def send_one(self, envelope):
        with self.lock:
            self.lines.append(Sent(envelope.address, envelope.now))
            self.taken[envelope.message_id] += 1
        return Outcome(envelope.message_id, "accepted", reference=f"SM{envelope.message_id}")


def above_caps(lines: Iterable[Sent], zones: Mapping[str, str]) -> Counter[str]:
    """How many messages of a ledger went beyond the caps, by the calendar of whom they went to."""
    beyond: Counter[str] = Counter()
    for number, zone in zones.items():
        there = zoneinfo.ZoneInfo(zone)
        days = Counter(line.at.astimezone(there).date() for line in lines if line.number == number)
        beyond["of a day"] += sum(max(0, count - A_DAY) for count in days.values())
        for last in days:
            week = sum(days[last - dt.timedelta(days=back)] for back in range(WEEK))
            beyond["of a week"] += max(0, week - A_WEEK)
    return +beyond


def played(count: int, seed: int) -> Played:
    """So many patients and 64 schedulers, as a row of the matrix."""
    return crowded(count, seed, SCHEDULERS)


def crowded(count: int, seed: int, schedulers: int, days: int = DAYS, hours: Sequence[int] = HOURS) -> Played:
    """So many patients, each with more messages than a week holds, and so many schedulers who all wake at once."""
    with alone(seed, connections=2 * schedulers + 10) as here:
        zones = let_in(here, count)
        ledger = Ledger()
        with ThreadPoolExecutor(schedulers) as pool:
            for moment in moments(days, hours):
                barrier = threading.Barrier(schedulers)
                lanes = [lanes_for(each) for each in range(schedulers)]
                working = [pool.submit(work, here, ledger, moment, each, barrier) for each in lanes]
                for each in working:
                    each.result()
        ended = here.statuses()
    sent = len(ledger.lines)
    result = Played(count, Counter({"sent": sent, "kept for later": count * MESSAGES_EACH - sent}))
    beyond = above_caps(ledger.lines, zones)
    result.unexpected = Counter({f"beyond the cap {name}": found for name, found in beyond.items()})
    result.lost["message"] = max(0, count * room(days) - ended.get("accepted", 0))
    result.duplicated["message"] = sum(taken - 1 for taken in ledger.taken.values())
    return result


def let_in(here: Alone, count: int) -> dict[str, str]:
    """So many patients in turn of each zone, each with several messages that say different things; their zones."""
    zones = {f"+1212{SEVEN_DIGITS + place}": ZONES[place % len(ZONES)] for place in range(count)}
    with here.house.sessions() as session, session.begin():
        versions = [a.template(session, f"said-{number}") for number in range(MESSAGES_EACH)]
        for number, zone in zones.items():
            patient = a.person(session, sms=number, time_zone=zone)
            a.consent(session, patient)
            for version in versions:
                a.message(session, patient, version, channels=["sms"])
    return zones


def room(days: int) -> int:
    """How many messages a patient gets in so many days when no room is left unused."""
    return min(MESSAGES_EACH, sum(1 for day in range(days) if day % WEEK < A_WEEK))


def moments(days: int, hours: Sequence[int]) -> Iterable[dt.datetime]:
    """When everybody wakes."""
    return (NOON + dt.timedelta(days=day, hours=hour) for day in range(days) for hour in hours)


def lanes_for(number: int) -> Sequence[int]:
    """Every second scheduler has all lanes, the others have shares: as workers of two settings would, side by side."""
    return ALL_LANES if number % 2 == 0 else lanes_of_share(number % SHARES, SHARES)


def work(here: Alone, ledger: Ledger, now: dt.datetime, lanes: Sequence[int], barrier: threading.Barrier) -> None:
    """Plan and deliver until nothing is left to do now."""
    barrier.wait(60)
    is_idle = False
    while not is_idle:
        try:
            decided = act(here.house, an_act(now), plan, lanes=lanes, channels=(CARRIER,)).decided
            is_idle = not decided and not deliver(here.house, an_act(now), {CARRIER: ledger}, lanes).total
        except OperationalError:
            # it waited for a lane for too long; the next bell finds the rest
            continue
