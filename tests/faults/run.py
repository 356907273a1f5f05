"""A whole run: servers, scenario, workers, faults, the end, the count, the search for canaries."""

import datetime as dt
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from redis import Redis

from config import Settings
from journeys.flow.events.react import react
from journeys.foundation import database, secrets
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.store.setting_up.setup import prepare
from launcher import postgres, valkey
from tests.faults import leaks, scenario
from tests.faults.canaries import plant
from tests.faults.checker import Attempted, Found, check
from tests.faults.clock import Clock
from tests.faults.crew import Crew
from tests.faults.nemesis import Nemesis
from tests.faults.outside import MailServer
from tests.faults.people import People
from tests.faults.standing import Server
from tests.faults.zygote import Zygote
from tests.servers import running, temporary_places

QUEUES = ["urgent", "default", "default"]
A_SECOND = dt.timedelta(seconds=1)
NEXT = """
SELECT least((SELECT min(due_at) FROM enrolment WHERE status = 'active'),
             (SELECT min(not_before) FROM message WHERE status IN ('planned', 'released')),
             (SELECT min(claimed_until) FROM message WHERE status IN ('released', 'sending')))
"""
SETTLING = """
SELECT EXISTS (SELECT 1 FROM enrolment WHERE due_at <= %(now)s AND status = 'active')
    OR EXISTS (SELECT 1 FROM message WHERE status = 'planned' AND coalesce(not_before, %(now)s) <= %(now)s)
    OR EXISTS (SELECT 1 FROM message WHERE status = 'released' AND coalesce(not_before, %(now)s) <= %(now)s
               AND coalesce(claimed_until, %(now)s) <= %(now)s)
    OR (SELECT count(*) FROM enrolment) < %(planted)s
"""
SENDING = "SELECT count(*), coalesce(sum(id), 0) FROM message WHERE status = 'sending'"
UNFINISHED = """
SELECT (SELECT count(*) FROM enrolment WHERE ended_at IS NULL)
     + (SELECT count(*) FROM message WHERE status IN ('planned', 'released', 'sending'))
"""
AT_ONCE = 24
NEW_ONES = 0.3
"""So many patients come in together, in this part of the moments at which nothing is left to do."""

GRACE = 10.0
"""Minutes to see everybody through, when the time to strike is over."""

UNTIL_THEY_ARE_LOOKED_FOR = dt.timedelta(seconds=61)
"""Who enters a journey is looked for once a minute."""

MODEST_POSTGRES = {"shared_buffers": "256MB", "max_connections": "300"}


@dataclass(frozen=True)
class Plan:
    """How often each row strikes, by `nemesis.ROWS`."""

    wanted: Mapping[str, int]
    seed: int = 1
    minutes: float = 30


@dataclass
class Report:
    """What a run found. How often each row hit, and in which manner; `slowest` in seconds, by the names of
    figures.LONGEST."""

    hit: Counter[str]
    hit_how: Counter[str]
    found: Found
    slowest: dict[str, float]
    seconds: float
    leaked: dict[str, list[bytes]] = field(default_factory=dict)


class Run:
    """One run on servers of its own."""

    def __init__(self, plan: Plan, settings: Settings, folder: Path, mail: MailServer, redis_server: Server) -> None:
        self.plan = plan
        self.settings = settings
        self.mail = mail
        self.redis_server = redis_server
        self.clock = Clock(folder / "clock")
        self.log = folder / "workers.log"
        self.chance = random.Random(plan.seed)
        self.attempted = Attempted()
        self.people = People(settings, self.clock, folder / "said")
        self.engine = database.connect(settings.database_url, database.WORKER)
        self.house = House(database.sessions(self.engine), react)
        self.redis = Redis.from_url(settings.redis_url)
        self.url = settings.database_url.replace("+psycopg", "", 1)
        self.connection = psycopg.connect(self.url, autocommit=True)
        self.began = time.monotonic()

    def go(self) -> Report:
        """Everything in order."""
        self.act(scenario.publish_everything)
        self.let_in()
        zygote = Zygote(self.settings, self.clock.file, self.log)
        try:
            crew = Crew(zygote, QUEUES)
            nemesis = Nemesis(crew, self.redis, self.redis_server, self.url, self.plan.wanted, self.plan.seed)
            self.strike_and_work(nemesis)
        finally:
            zygote.end()
        for thread in (nemesis, self.people):
            if thread.error is not None:
                raise thread.error
        found = check(self.connection, self.what_was_attempted(), self.mail.ledger.taken)
        return Report(nemesis.hit, nemesis.hit_how, found, nemesis.slowest, time.monotonic() - self.began)

    def strike_and_work(self, nemesis: Nemesis) -> None:
        """Strike, and let people answer, until everybody is through."""
        nemesis.start()
        self.people.start()
        try:
            self.until_everybody_is_through(nemesis)
        finally:
            nemesis.is_over.set()
            self.people.is_over.set()
            nemesis.join()
            self.people.join()
            # what the nemesis started, the kernel has ended with its thread
            self.redis_server.restart()

    def what_was_attempted(self) -> Attempted:
        """What was planted and said."""
        self.people.said.read()
        return Attempted(self.attempted.patients, self.people.said.tried, self.people.said.acked)

    def act(self, verb, **arguments):
        """Run one verb as the run itself."""
        return act(self.house, Act(self.clock(), "test:faults", EVERYWHERE), verb, **arguments)

    def until_everybody_is_through(self, nemesis: Nemesis) -> None:
        """Let patients in while there is more to strike; put the clock forward when nothing is left to do."""
        while not self.is_late(GRACE):
            if self.is_late():
                nemesis.is_over.set()
            if nemesis.error or self.people.error:
                return
            is_settling = self.is_settling()
            nemesis.has_work.set() if is_settling else nemesis.has_work.clear()
            is_quiet = not is_settling and not self.people.sayings(self.connection)
            if is_quiet and not self.go_on(nemesis.is_done() or self.is_late()):
                return
            time.sleep(0.05)

    def is_late(self, grace: float = 0.0) -> bool:
        """Whether the time for this run is over, and so many minutes more."""
        return time.monotonic() - self.began > (self.plan.minutes + grace) * 60

    def go_on(self, is_enough: bool) -> bool:
        """More patients, now and then and when nothing else is to come; else to what is due next. Once it is enough:
        only what is due, as long as anything will be; whether there was anything."""
        if is_enough:
            return self.number(UNFINISHED) > 0 and self.go_to_next_moment()
        if self.chance.random() < NEW_ONES or not self.go_to_next_moment():
            self.let_in()
        return True

    def let_in(self) -> None:
        """Plant some patients, and let time pass until they are looked for."""
        first = len(self.attempted.patients)
        self.attempted.patients.update(self.act(plant, numbers=range(first, first + AT_ONCE)))
        self.clock.put_forward(UNTIL_THEY_ARE_LOOKED_FOR)

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

    def go_to_next_moment(self) -> bool:
        """Put the clock forward to when something will be due; whether anything will."""
        moment = self.connection.execute(NEXT).fetchone()[0]
        if moment is None:
            return False
        self.clock.put_forward(max(moment - self.clock(), dt.timedelta()) + A_SECOND)
        return True

    def number(self, statement: str) -> int:
        return self.connection.execute(statement).fetchone()[0]

    def close(self) -> None:
        self.connection.close()
        self.redis.close()
        self.engine.dispose()


def carry_out(plan: Plan) -> Report:
    """Run it on throw-away servers and look for leaks in what it left."""
    with servers() as (settings, folder, data, redis_server), MailServer() as mail:
        settings = Settings.from_environment(
            settings.to_environment() | {"WAYMARK_SMTP_URL": mail.url, "WAYMARK_WORKER_QUEUES": ",".join(QUEUES)}
        )
        run = Run(plan, settings, folder, mail, redis_server)
        try:
            report = run.go()
            report.leaked = look_for_leaks(settings, run.redis, data)
        finally:
            run.close()
    return report


@contextmanager
def servers() -> Iterator[tuple[Settings, Path, list[Path], Server]]:
    """Settings with both servers, a folder for the run, every folder in which something may have been left, and the
    server of Redis."""
    with temporary_places() as places, running(postgres.program(places, MODEST_POSTGRES)):
        redis_server = Server(valkey.program(places))
        try:
            url = postgres.ensure_database(places)
            settings = Settings.from_environment(
                {"DATABASE_URL": url, "REDIS_URL": valkey.url(places), "WAYMARK_VAR": str(places.var)}
            )
            with keys_of(settings):
                prepare(url)
                yield settings, places.logs, [places.postgres, places.valkey, places.logs], redis_server
        finally:
            redis_server.end()


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
