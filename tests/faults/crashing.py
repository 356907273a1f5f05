"""A run in which each process does one job and is struck on its way: killed, stopped, cut off, refused, doubled.

Every process is forked from this warm one and has connections of its own. Between two of them patients answer, staff
finish tasks, and the clock is put forward when nothing is left to do. The checker knows the ledgers and the database.
"""

import datetime as dt
import os
import random
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from config import Settings
from journeys.contact.deliver import deliver
from journeys.contact.plan import plan
from journeys.flow.advance import advance
from journeys.flow.enrol import enrol
from journeys.flow.react import react
from journeys.foundation import database
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.store.setup import prepare
from journeys.worker.upkeep import make_partitions
from launcher import postgres
from tests.faults import scenario, ways
from tests.faults.canaries import plant
from tests.faults.checker import Attempted, Found, check
from tests.faults.clock import Clock
from tests.faults.people import People
from tests.faults.points import MOMENTS, OUTSIDE, Trap, channels, lay, points_of, verbs_of
from tests.faults.run import MODEST_POSTGRES, keys_of
from tests.faults.standing import NOTHING_LEFT, WORK, Postgres, standing
from tests.servers import temporary_places

AT_ONCE = 24
NEW_ONES = 0.2
"""So many patients come in together, in this part of the moments at which nothing is left to do."""

MOST_AT_A_TIME = 6
EVERYTHING = 2_000
"""Rows that a process which is struck takes, at most; and one that is not."""

MOST_PATIENTS = 9_999
NO_REDIS = "unix:///nowhere/redis.sock"
"""Bells go nowhere here: every job is started by the run."""

PAST_THE_LEASE = dt.timedelta(minutes=11)
JUMPS = tuple(dt.timedelta(hours=hours) for hours in (-24, -1, 1, 24))
A_SECOND = dt.timedelta(seconds=1)
TO_THE_CLOCKS_CHANGE = dt.datetime(2027, 3, 12, 12, tzinfo=dt.UTC)
"""Two days before the clocks go forward in New York."""


@dataclass(frozen=True)
class Strikes:
    """How often each way is to strike, by `ways.WAYS`."""

    wanted: Mapping[str, int]
    seed: int = 1
    minutes: float = 30


@dataclass
class Struck:
    """What came of it: how often each way and each point, and what the checker found."""

    ways: Counter[str] = field(default_factory=Counter)
    points: Counter[str] = field(default_factory=Counter)
    cut_off: int = 0
    found: Found = field(default_factory=Found)
    answers: int = 0
    seconds: float = 0.0


class Crashing:
    """One run on servers of its own."""

    def __init__(self, strikes: Strikes, settings: Settings, folder: Path, server: Postgres) -> None:
        self.strikes = strikes
        self.url = settings.database_url.replace("+psycopg", "", 1)
        self.settings = settings
        self.server = server
        self.ledger = folder / "post"
        self.log = folder / "processes.log"
        self.clock = Clock(folder / "clock")
        self.chance = random.Random(strikes.seed)
        self.engine = database.connect(settings.database_url, database.WORKER)
        self.house = House(database.sessions(self.engine), react)
        self.attempted = Attempted()
        self.people = People(settings, self.clock, self.attempted)
        self.people.house = self.house
        self.struck = Struck()
        self.began = time.monotonic()

    def go(self) -> Struck:
        """Strike until every way has struck as often as wanted and everybody is through."""
        self.clock.put_forward(TO_THE_CLOCKS_CHANGE - self.clock())
        make_partitions(self.settings.database_url, self.clock().date())
        self.act(scenario.publish_everything)
        self.let_in()
        self.see_all_through()
        while (way := self.next_way()) is not None and not self.is_late():
            jobs = self.work()
            if jobs:
                self.strike(way, self.chance.choice(jobs))
            elif self.chance.random() < NEW_ONES or self.go_on() is None:
                self.let_in()
        self.see_all_through()
        self.struck.answers = len(self.attempted.answered)
        self.struck.found = self.look()
        self.struck.seconds = time.monotonic() - self.began
        return self.struck

    def see_all_through(self) -> None:
        """Do what is due, and go on to what is due next, until nothing is left: nothing is struck."""
        while not self.is_late():
            jobs = self.work()
            for job in jobs:
                self.run_through(job)
            if not jobs and self.go_on() is None:
                return

    def is_late(self) -> bool:
        """Whether the time for this run is over."""
        return time.monotonic() - self.began > self.strikes.minutes * 60

    def next_way(self) -> str | None:
        """A way that has not struck often enough, the more is missing the likelier; None when none is missing."""
        missing = {way: wanted - self.struck.ways[way] for way, wanted in self.strikes.wanted.items()}
        missing = {way: count for way, count in missing.items() if count > 0}
        return self.chance.choices(list(missing), list(missing.values()))[0] if missing else None

    def work(self) -> list[str]:
        """The jobs that have something to do now."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            return standing(connection, WORK, self.clock())

    def let_in(self) -> None:
        """More patients."""
        first = len(self.attempted.patients)
        numbers = range(first, min(first + AT_ONCE, MOST_PATIENTS))
        self.attempted.patients.update(self.act(plant, numbers=numbers))
        self.run_through("enrol")

    def go_on(self) -> dt.datetime | None:
        """Whoever has something to say says it; else the clock goes to what is due next. None: nothing ever will."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            if self.people.have_something_to_say(connection):
                self.people.look(connection)
                return self.clock()
            moment: dt.datetime | None = standing(connection, NOTHING_LEFT, self.clock())[0]  # type: ignore[assignment]
        if moment is not None:
            self.clock.put_forward(max(moment - self.clock(), dt.timedelta()) + A_SECOND)
        return moment

    def strike(self, way: str, job: str) -> None:
        """One process for a job, and what is done to it."""
        getattr(self, f"way_{way.partition(' ')[0].lower()}")(way, job)

    def way_f1(self, way: str, job: str) -> None:
        """Killed at a named point."""
        point = self.chance.choice(points_of(job))
        if os.WIFSIGNALED(ways.reap(self.fork(job, Trap(point, ways.kill)))):
            self.count(way, point)

    def way_f4(self, way: str, job: str) -> None:
        """Stopped where it holds a lease, until others have done its work; then it goes on."""
        points = [point for point in points_of(job) if point in OUTSIDE]
        if not points:
            self.run_through(job)
            return
        point = self.chance.choice(points)
        child = self.fork(job, Trap(point, ways.stop))
        _, status = os.waitpid(child, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            return
        self.clock.put_forward(PAST_THE_LEASE)
        for each in ("deliver", "advance", "plan"):
            self.run_through(each)
        os.kill(child, signal.SIGCONT)
        ways.reap(child)
        self.count(way, point)

    def way_f5(self, way: str, job: str) -> None:
        """The database goes down at once under a process, and comes back."""
        child = self.fork(job, Trap("", ways.kill))
        time.sleep(self.chance.uniform(0.0, 0.15))
        self.server.restart()
        ways.reap(child)
        self.engine.dispose()
        self.count(way, "")

    def way_f6(self, way: str, job: str) -> None:
        """Its connection is cut while it commits: it cannot know whether it has."""
        verb = self.chance.choice(verbs_of(job))
        cut = ways.cutter(self.url, self.chance.uniform(0.0, ways.TO_COMMIT))
        status = ways.reap(self.fork(job, Trap(f"{verb} {MOMENTS[2]}", cut)))
        self.struck.cut_off += 1 if os.waitstatus_to_exitcode(status) else 0
        self.count(way, "")

    def way_f7(self, way: str, job: str) -> None:
        """Others hold lanes that it needs, or the database refuses what it did."""
        if way == ways.STORM:
            with ways.locked_lanes(self.url, self.chance):
                self.run_through(job)
        else:
            point = f"{self.chance.choice(verbs_of(job))} {MOMENTS[1]}"
            ways.reap(self.fork(job, Trap(point, ways.refuser(self.chance.choice(ways.CODES)))))
        self.count(way, "")

    def way_f12(self, way: str, job: str) -> None:
        """The same job runs twice at once."""
        for child in [self.fork(job, Trap("", ways.kill)) for _ in range(2)]:
            ways.reap(child)
        self.count(way, "")

    def way_f20(self, way: str, job: str) -> None:
        """The clock jumps, also backwards, and the job runs."""
        self.clock.put_forward(self.chance.choice(JUMPS))
        self.run_through(job)
        self.count(way, "")

    def count(self, way: str, point: str) -> None:
        self.struck.ways[way] += 1
        if point:
            self.struck.points[point] += 1

    def run_through(self, job: str) -> None:
        """The job in this process, where nothing is done to it; what it compiles, those that are forked have too."""
        self.do(self.house, job, Trap("", ways.kill), EVERYTHING)

    def fork(self, job: str, trap: Trap, limit: int = 0) -> int:
        """A process that does a small piece of one job; its number."""
        limit = limit or self.chance.randint(1, MOST_AT_A_TIME)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                self.engine.dispose(close=False)
                self.do(lay(self.house, trap), job, trap, limit)
                code = 0
            except BaseException:
                with suppress(OSError), self.log.open("a") as log:
                    traceback.print_exc(file=log)
            finally:
                os._exit(code)
        return child

    def do(self, house: House, job: str, trap: Trap, limit: int) -> None:
        """One piece of work."""
        trap.verb = job
        doing = Act(self.clock(), f"worker:{job}", EVERYWHERE)
        ways_out = channels(trap, self.ledger)
        work: dict[str, Callable[[], object]] = {
            "enrol": lambda: act(house, doing, enrol, slug="recall", limit=limit),
            "advance": lambda: act(house, doing, advance, limit=limit),
            "plan": lambda: act(house, doing, plan, channels=tuple(ways_out), limit=limit),
            "deliver": lambda: deliver(house, trap.making(doing), ways_out, limit=limit),
        }
        work[job]()

    def act(self, verb: Callable, **arguments: object):
        """Run one verb as the run itself."""
        return act(self.house, Act(self.clock(), "test:faults", EVERYWHERE), verb, **arguments)

    def look(self) -> Found:
        """Count everything."""
        lines = self.ledger.read_text().split() if self.ledger.exists() else []
        with psycopg.connect(self.url, autocommit=True) as connection:
            return check(connection, self.attempted, Counter(lines))


def carry_out(strikes: Strikes) -> Struck:
    """Run it on throw-away servers."""
    with temporary_places() as places:
        server = Postgres(postgres.program(places, MODEST_POSTGRES))
        try:
            url = postgres.ensure_database(places)
            settings = Settings.from_environment(
                {"DATABASE_URL": url, "REDIS_URL": NO_REDIS, "WAYMARK_VAR": str(places.var)}
            )
            with keys_of(settings):
                prepare(url)
                run = Crashing(strikes, settings, places.logs, server)
                try:
                    return run.go()
                finally:
                    run.engine.dispose()
        finally:
            server.end()
