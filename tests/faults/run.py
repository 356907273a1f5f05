"""A whole run: servers, scenario, workers, faults, the end, the count, the search for canaries."""

import datetime as dt
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from redis import Redis

from config import Settings
from journeys.flow.react import react
from journeys.foundation import database, secrets
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.store.setup import prepare
from launcher import postgres, valkey
from tests.faults import leaks, scenario
from tests.faults.canaries import plant
from tests.faults.checker import Attempted, Found, check
from tests.faults.clock import Clock
from tests.faults.nemesis import Nemesis
from tests.faults.outside import MailServer
from tests.faults.people import People
from tests.faults.zygote import SCHEDULER, Zygote
from tests.servers import running, temporary_places

QUEUES = ["urgent", "default", "default"]
A_SECOND = dt.timedelta(seconds=1)
NEXT = """
SELECT least((SELECT min(due_at) FROM enrolment WHERE status = 'active'),
             (SELECT min(not_before) FROM message WHERE status IN ('planned', 'released')),
             (SELECT min(claimed_until) FROM message WHERE status = 'sending'))
"""
SETTLING = """
SELECT EXISTS (SELECT 1 FROM enrolment WHERE due_at <= %(now)s AND status = 'active')
    OR EXISTS (SELECT 1 FROM message WHERE status = 'planned' AND coalesce(not_before, %(now)s) <= %(now)s)
    OR EXISTS (SELECT 1 FROM message WHERE status = 'released' AND coalesce(not_before, %(now)s) <= %(now)s)
    OR (SELECT count(*) FROM enrolment) < %(planted)s
"""
SENDING = "SELECT count(*), coalesce(sum(id), 0) FROM message WHERE status = 'sending'"
UNFINISHED = """
SELECT (SELECT count(*) FROM enrolment WHERE ended_at IS NULL)
     + (SELECT count(*) FROM message WHERE status IN ('planned', 'released', 'sending'))
"""
LEFT = "SELECT count(*) FROM enrolment_history"
MEAN_STEPS = 4.4
"""How many steps an enrolment takes, about; a little less than it will be."""

MODEST_POSTGRES = {"shared_buffers": "256MB", "max_connections": "100"}


@dataclass(frozen=True)
class Plan:
    """How much of what. `waves`: patients come in so many parts, each after its part of the kills."""

    enrolments: int = 5_000
    kills: int = 100
    flushes: int = 20
    seed: int = 1
    waves: int = 5
    minutes: float = 30


@dataclass
class Report:
    """What a run found."""

    found: Found
    kills: dict[str, int]
    flushes: int
    answers: int
    outcomes: int
    seconds: float
    leaked: dict[str, list[bytes]] = field(default_factory=dict)


class Run:
    """One run on servers of its own."""

    def __init__(self, plan: Plan, settings: Settings, folder: Path, mail: MailServer) -> None:
        self.plan = plan
        self.settings = settings
        self.mail = mail
        self.clock = Clock(folder / "clock")
        self.log = folder / "workers.log"
        self.attempted = Attempted()
        self.engine = database.connect(settings.database_url, database.WORKER)
        self.house = House(database.sessions(self.engine), react)
        self.redis = Redis.from_url(settings.redis_url)
        self.connection = psycopg.connect(settings.database_url.replace("+psycopg", "", 1), autocommit=True)
        self.began = time.monotonic()

    def go(self) -> Report:
        """Everything in order."""
        self.act(scenario.publish_everything)
        zygote = Zygote(self.settings, self.clock.file, self.log)
        chance = random.Random(self.plan.seed)
        nemesis = Nemesis(zygote, self.redis, QUEUES, self.plan.kills, self.plan.flushes, chance)
        people = People(self.settings, self.clock, self.attempted)
        try:
            zygote.fork(SCHEDULER)
            nemesis.start()
            people.start()
            self.until_everybody_is_through(nemesis, people)
        finally:
            nemesis.is_over.set()
            people.is_over.set()
            nemesis.join()
            people.join()
            zygote.end()
        for thread in (nemesis, people):
            if thread.error is not None:
                raise thread.error
        found = check(self.connection, self.attempted, self.mail.ledger.taken)
        answers, outcomes = len(self.attempted.answered), len(self.attempted.finished)
        seconds = time.monotonic() - self.began
        return Report(found, dict(nemesis.killed), nemesis.flushed, answers, outcomes, seconds)

    def act(self, verb, **arguments):
        """Run one verb as the run itself."""
        return act(self.house, Act(self.clock(), "test:faults", EVERYWHERE), verb, **arguments)

    def until_everybody_is_through(self, nemesis: Nemesis, people: People) -> None:
        """Let waves in as kills are done; put the clock forward when nothing is left to do."""
        waves = 0
        while time.monotonic() - self.began < self.plan.minutes * 60:
            if waves < self.plan.waves and nemesis.killed.total() >= self.kills_before(waves):
                self.let_in(waves)
                waves += 1
            if nemesis.error or people.error:
                return
            nemesis.progress = self.number(LEFT) / (self.plan.enrolments * MEAN_STEPS)
            is_settling = self.is_settling()
            nemesis.has_work.set() if is_settling else nemesis.has_work.clear()
            if not is_settling and not people.have_something_to_say(self.connection):
                if waves == self.plan.waves and self.number(UNFINISHED) == 0:
                    return
                self.go_to_next_moment()
            time.sleep(0.1)

    def kills_before(self, wave: int) -> int:
        """After how many kills a wave comes in; the last one when half of them are done."""
        return self.plan.kills * wave // (2 * self.plan.waves)

    def let_in(self, wave: int) -> None:
        """Plant the patients of one wave."""
        numbers = range(wave, self.plan.enrolments, self.plan.waves)
        self.attempted.patients.update(self.act(plant, numbers=numbers))

    def is_settling(self) -> bool:
        """Whether something is left to do at this time of the clock, or just being sent."""
        planted = len(self.attempted.patients)
        if self.connection.execute(SETTLING, {"now": self.clock(), "planted": planted}).fetchone()[0]:
            return True
        before = self.connection.execute(SENDING).fetchone()
        if not before[0]:
            return False
        time.sleep(0.5)
        return self.connection.execute(SENDING).fetchone() != before

    def go_to_next_moment(self) -> None:
        """Put the clock forward to when something will be due; nothing to do when nothing will."""
        moment = self.connection.execute(NEXT).fetchone()[0]
        if moment is not None:
            self.clock.put_forward(max(moment - self.clock(), dt.timedelta()) + A_SECOND)

    def number(self, statement: str) -> int:
        return self.connection.execute(statement).fetchone()[0]

    def close(self) -> None:
        self.connection.close()
        self.redis.close()
        self.engine.dispose()


def carry_out(plan: Plan) -> Report:
    """Run it on throw-away servers and look for leaks in what it left."""
    with servers() as (settings, folder, data), MailServer() as mail:
        settings = Settings.from_environment(
            settings.to_environment() | {"WAYMARK_SMTP_URL": mail.url, "WAYMARK_WORKER_QUEUES": ",".join(QUEUES)}
        )
        run = Run(plan, settings, folder, mail)
        try:
            report = run.go()
            report.leaked = look_for_leaks(settings, run.redis, data)
        finally:
            run.close()
    return report


@contextmanager
def servers() -> Iterator[tuple[Settings, Path, list[Path]]]:
    """Settings with both servers, a folder for the run, and every folder in which something may have been left."""
    with (
        temporary_places() as places,
        running(postgres.program(places, MODEST_POSTGRES)),
        running(valkey.program(places)),
    ):
        url = postgres.ensure_database(places)
        settings = Settings.from_environment(
            {"DATABASE_URL": url, "REDIS_URL": valkey.url(places), "WAYMARK_VAR": str(places.var)}
        )
        with keys_of(settings):
            prepare(url)
            yield settings, places.logs, [places.postgres, places.valkey, places.logs]


@contextmanager
def keys_of(settings: Settings) -> Iterator[None]:
    """Keys of the run's own, in their file and in this process; afterwards this process has those it had."""
    before = secrets.VAULT.keyring
    keyring = secrets.Keyring.generate()
    keyring.write(settings.key_file)
    secrets.install(keyring)
    try:
        yield
    finally:
        if before is not None:
            secrets.install(before)


def look_for_leaks(settings: Settings, redis: Redis, folders: list[Path]) -> dict[str, list[bytes]]:
    """Where a canary was found: the table dump, Redis, the files and logs."""
    wanted = leaks.Wanted()
    found = {
        "database": leaks.leaks_in(leaks.dump_of_database(settings.database_url), wanted),
        "redis": leaks.leaks_in(leaks.dump_of_redis(redis), wanted),
    }
    with psycopg.connect(settings.database_url.replace("+psycopg", "", 1), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    for folder in folders:
        found[folder.name] = leaks.leaks_in(leaks.files_below(folder), wanted)
    return found
