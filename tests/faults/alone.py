"""A house of its own for programs that play a provider themselves: a database, its keys, patients with messages."""

import datetime as dt
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine, func, select

from config import Settings
from journeys.contact.deciding.plan import plan
from journeys.flow.events.react import react
from journeys.foundation import database
from journeys.foundation.acting import House, act
from journeys.store.contact import Message
from journeys.store.setting_up.setup import prepare
from launcher import postgres
from tests import make as a
from tests.faults.run import MODEST_POSTGRES, keys_of
from tests.make import NOON, an_act
from tests.servers import running, temporary_places

NO_REDIS = "redis://127.0.0.1:1/0"
CARRIER = "twilio_sms"
SEVEN_DIGITS = 5550000


@dataclass
class Alone:
    """The house, its engine, the dice of the round."""

    house: House
    engine: Engine
    chance: random.Random
    version: int | None = None
    people: int = 0

    def let_in(self, count: int, messages_each: int = 1, **facts) -> dict[int, str]:
        """So many more patients with consent and a number of their own, each with planned messages; their numbers."""
        numbers = {}
        with self.house.sessions() as session, session.begin():
            self.version = self.version or a.template(session)
            for _ in range(count):
                number = f"+1212{SEVEN_DIGITS + self.people}"
                self.people += 1
                patient = a.person(session, sms=number)
                a.consent(session, patient)
                for _ in range(messages_each):
                    a.message(session, patient, self.version, channels=["sms"], **facts)
                numbers[patient.id] = number
        return numbers

    def plan(self, now: dt.datetime = NOON) -> None:
        """Decide about everything that is due."""
        while act(self.house, an_act(now), plan, channels=(CARRIER,)).decided:
            pass

    def statuses(self) -> dict[str, int]:
        """How many messages of ours stand where."""
        counted = select(Message.status, func.count()).where(Message.direction == "outbound").group_by(Message.status)
        with self.house.sessions() as session:
            return {row[0]: row[1] for row in session.execute(counted)}


@contextmanager
def alone(seed: int, connections: int = 10) -> Iterator[Alone]:
    """On a throw-away server."""
    with temporary_places() as places, running(postgres.program(places, MODEST_POSTGRES)):
        url = postgres.ensure_database(places)
        settings = Settings.from_environment(
            {"DATABASE_URL": url, "REDIS_URL": NO_REDIS, "WAYMARK_VAR": str(places.var)}
        )
        with keys_of(settings):
            prepare(url)
            engine = database.connect(url, database.WORKER, pool_size=connections, max_overflow=connections)
            try:
                yield Alone(House(database.sessions(engine), react), engine, random.Random(seed))
            finally:
                engine.dispose()
