"""A run in which each process does one job and is struck on its way: killed, stopped, cut off, refused, doubled.

Every process is forked from this warm one and has connections of its own. Between two of them people answer, and the
clock is put forward when nothing is left to do. The checker knows the ledgers and the database.
"""

import datetime as dt
import math
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config import Settings
from journeys.store.setting_up.setup import prepare
from journeys.worker.upkeep import make_partitions
from launcher import postgres
from tests.faults import scenario
from tests.faults.canaries import plant
from tests.faults.checker import Found, check
from tests.faults.run import MODEST_POSTGRES, keys_of
from tests.faults.standing import NOTHING_LEFT, Server
from tests.faults.striking import Striking
from tests.servers import temporary_places

AT_ONCE = 24
NEW_ONES = 0.2
"""So many patients come in together, in this part of the moments at which nothing is left to do."""

NO_REDIS = "unix:///nowhere/redis.sock"
"""Bells go nowhere here: every job is started by the run."""

GRACE = 10.0
"""Minutes to see everybody through, when the time to strike is over."""

A_SECOND = dt.timedelta(seconds=1)
TO_THE_CLOCKS_CHANGE = dt.datetime(2027, 3, 12, 12, tzinfo=dt.UTC)
"""Two days before the clocks go forward in New York."""


@dataclass(frozen=True)
class Strikes:
    """How often each way is to strike, by `ways.WAYS`; how long a process that is stopped stays so, in seconds."""

    wanted: Mapping[str, int]
    seed: int = 1
    minutes: float = 30
    seconds_stopped: float = 0.0


@dataclass
class Struck:
    """What came of it: how often each way and each point, and what the checker found.

    `recovery` is the longest time from the end of the database until the interrupted job was done, `settling` the time
    within which 99 of 100 jobs were done that met locks of others or a refusal; in seconds.
    """

    ways: Counter[str] = field(default_factory=Counter)
    points: Counter[str] = field(default_factory=Counter)
    found: Found = field(default_factory=Found)
    recovery: float = 0.0
    settling: float = 0.0
    seconds: float = 0.0


class Crashing(Striking):
    """One run on servers of its own."""

    def __init__(self, strikes: Strikes, settings: Settings, folder: Path, server: Server) -> None:
        super().__init__(settings, folder, server, random.Random(strikes.seed), strikes.seconds_stopped)
        self.strikes = strikes

    def go(self) -> Struck:
        """Strike until every way has struck as often as wanted and everybody is through."""
        self.clock.put_forward(TO_THE_CLOCKS_CHANGE - self.clock())
        make_partitions(self.settings.database_url, self.clock().date())
        self.act(scenario.publish_everything)
        self.let_in()
        self.see_all_through()
        while (way := self.next_way()) is not None and not self.is_late():
            self.let_go_on(len(self.stopped))
            jobs = self.work()
            if jobs:
                self.strike(way, self.chance.choice(jobs))
            elif self.chance.random() < NEW_ONES or self.go_on() is None:
                self.let_in()
        self.let_go_on(0)
        self.see_all_through()
        recovery = max(self.recoveries, default=0.0)
        settling = of_hundred(99, self.settlings)
        return Struck(self.hit, self.hit_at, self.look(), recovery, settling, time.monotonic() - self.began)

    def see_all_through(self) -> None:
        """Do what is due, and go on to what is due next, until nothing is left: nothing is struck."""
        while not self.is_late(GRACE):
            jobs = self.work()
            for job in jobs:
                self.run_through(job)
            if not jobs and self.go_on() is None:
                return

    def is_late(self, grace: float = 0.0) -> bool:
        """Whether the time for this run is over, and so many minutes more."""
        return time.monotonic() - self.began > (self.strikes.minutes + grace) * 60

    def next_way(self) -> str | None:
        """A way that has not struck often enough, the more is missing the likelier; None when none is missing."""
        missing = {way: wanted - self.hit[way] for way, wanted in self.strikes.wanted.items()}
        missing = {way: count for way, count in missing.items() if count > 0}
        return self.chance.choices(list(missing), list(missing.values()))[0] if missing else None

    def let_in(self) -> None:
        """More patients."""
        first = len(self.attempted.patients)
        numbers = range(first, first + AT_ONCE)
        self.attempted.patients.update(self.act(plant, numbers=numbers))

    def go_on(self) -> dt.datetime | None:
        """Put the clock to what is due next. None: nothing ever will be."""
        moment: dt.datetime | None = self.standing(NOTHING_LEFT)[0]
        if moment is not None:
            self.clock.put_forward(max(moment - self.clock(), dt.timedelta()) + A_SECOND)
        return moment

    def look(self) -> Found:
        """Count everything."""
        lines = self.ledger.read_text().split() if self.ledger.exists() else []
        self.people.said.read()
        self.attempted.tried = self.people.said.tried
        self.attempted.acked = self.people.said.acked
        return check(self.looking(), self.attempted, Counter(lines))


def carry_out(strikes: Strikes) -> Struck:
    """Run it on throw-away servers."""
    with temporary_places() as places:
        server = Server(postgres.program(places, MODEST_POSTGRES))
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
                    run.look_away()
                    run.engine.dispose()
        finally:
            server.end()


def of_hundred(count: int, seconds: Sequence[float]) -> float:
    """The time within which so many of a hundred were done, by the nearest rank; 0 of none."""
    if not seconds:
        return 0.0
    return sorted(seconds)[math.ceil(len(seconds) * count / 100) - 1]
