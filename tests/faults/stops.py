"""Row RACE: STOP races the sending of a message, and comes twice. None begins to leave after a STOP that has committed.

The provider stands here: as a message reaches it, it asks the database whether its patient's STOP is committed already.
Each race is one patient, whose STOP comes while senders work through everybody's messages.
"""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from sqlalchemy import Engine, select, text

from journeys.contact.channels.base import Channel, Outcome
from journeys.contact.media import MEDIA
from journeys.contact.replies.receive import Arrived, receive
from journeys.contact.sending.deliver import deliver
from journeys.foundation.acting import act
from journeys.store.contact import Message
from tests.faults.alone import CARRIER, Alone, alone
from tests.faults.providers import Played
from tests.make import an_act

LONGEST_CALL = 0.004
SENDERS = 50
STOPPED = text(
    "SELECT EXISTS (SELECT 1 FROM consent JOIN message USING (patient_id)"
    " WHERE message.id = :message AND consent.decision = 'deny')"
)


class Witness(Channel):
    """A provider that takes a moment, and sees who had said STOP by then."""

    name = CARRIER
    medium = MEDIA["sms"]
    address_systems = ("sms",)
    batch = 10
    hears = True

    def __init__(self, engine: Engine, seed: int) -> None:
        super().__init__()
        self.engine = engine
        self.seed = seed
        self.taken: Counter[int] = Counter()
        self.too_late: set[int] = set()
        self.lock = threading.Lock()

    def send_one(self, envelope):
        with self.engine.connect() as connection:
            has_stopped = connection.scalar(STOPPED, {"message": envelope.message_id})
        with self.lock:
            self.taken[envelope.message_id] += 1
            self.too_late |= {envelope.message_id} if has_stopped else set()
        time.sleep((hash((self.seed, envelope.message_id)) % 1000) / 1000 * LONGEST_CALL)
        return Outcome(envelope.message_id, "accepted", reference=f"SM{envelope.message_id}")


@dataclass
class Raced:
    """How many STOPs ran against a message, how many of them caught it; what was wrong."""

    races: int = 0
    caught: int = 0
    sent: int = 0
    wrong: Counter[str] = field(default_factory=Counter)


def played(count: int, seed: int) -> Played:
    """So many races with fifty senders, as a row of the matrix."""
    raced = races(count, seed, SENDERS)
    return as_played(raced, Counter({"caught": raced.caught, "sent before": raced.sent}))


def as_played(raced: Raced, hit: Counter[str]) -> Played:
    """What came of races, as a row of the matrix keeps it."""
    lost = Counter({"message": raced.wrong["unsettled"] + raced.wrong["sent and not known"]})
    unexpected = Counter({"sent after STOP": raced.wrong["sent after STOP"]})
    duplicated = Counter({"message": raced.wrong["sent twice"], "STOP": raced.wrong["STOP twice"]})
    return Played(raced.races, hit, lost, unexpected, duplicated)


def races(count: int, seed: int, senders: int) -> Raced:
    """So many races, with so many senders at once."""
    raced = Raced()
    with alone(seed, connections=2 * senders + 10) as here:
        numbers = here.let_in(count)
        here.plan()
        witness = Witness(here.engine, seed)
        over = threading.Event()
        with ThreadPoolExecutor(senders + 1) as pool:
            working = [pool.submit(send_all, here, witness, over) for _ in range(senders)]
            stopping = pool.submit(stop_all, here, numbers, over)
            for each in (stopping, *working):
                each.result()
        judge(here, witness, numbers, raced)
    return raced


def send_all(here: Alone, witness: Witness, over: threading.Event) -> None:
    """Send until everybody has said STOP and nothing is left."""
    while True:
        was_over = over.is_set()
        if not deliver(here.house, an_act(), {CARRIER: witness}, limit=20).total and was_over:
            return


def stop_all(here: Alone, numbers: dict[int, str], over: threading.Event) -> None:
    """Each patient says STOP once, in any order; of every third it arrives twice."""
    try:
        patients = list(numbers)
        here.chance.shuffle(patients)
        for each in patients:
            for _ in range(2 if each % 3 == 0 else 1):
                act(here.house, an_act(), receive, Arrived(CARRIER, f"stop-{each}", numbers[each], "STOP"))
    finally:
        over.set()


def judge(here: Alone, witness: Witness, numbers: dict[int, str], raced: Raced) -> None:
    """Count what came of it."""
    raced.races = len(numbers)
    with here.house.sessions() as session:
        rows = session.execute(select(Message.id, Message.status).where(Message.direction == "outbound")).all()
        inbound = session.execute(select(Message.patient_id).where(Message.direction == "inbound")).all()
    ended = Counter(row.status for row in rows)
    raced.sent, raced.caught = ended["accepted"], ended["held"]
    raced.wrong["sent after STOP"] += len(witness.too_late)
    raced.wrong["sent twice"] += sum(taken - 1 for taken in witness.taken.values())
    raced.wrong["unsettled"] += len(rows) - ended["accepted"] - ended["held"]
    said = {row.id for row in rows if row.status == "accepted"}
    raced.wrong["sent and not known"] += len(set(witness.taken) - said)
    raced.wrong["STOP twice"] += len(inbound) - len(numbers)
    raced.wrong = +raced.wrong
