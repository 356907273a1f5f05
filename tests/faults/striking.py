"""One process for a job, and what is done to it: each row of the matrix that strikes at named points."""

import datetime as dt
import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from config import Settings
from tests.faults import ways
from tests.faults.doing import Doing
from tests.faults.people import KINDS
from tests.faults.points import MOMENTS, OUTSIDE, Trap, points_of, verbs_of
from tests.faults.standing import Server

MOST_AT_A_TIME = 6
"""Rows that a process which is struck takes, at most."""

PAST_THE_LEASE = dt.timedelta(minutes=11)
JUMPS = tuple(dt.timedelta(hours=hours) for hours in (-24, -1, 1, 24))
MOST_STOPPED = 250
"""Processes that are stopped at the same time, at most; the database takes as many connections, and some."""

BECAME = "SELECT pg_xact_status('{}'::xid8)"
OTHERS = ("deliver", "advance", "plan")
"""What is done while somebody is stopped."""


@dataclass(frozen=True)
class Stopped:
    """A process that is stopped, and the monotonic second at which it may go on."""

    process: int
    until: float


class Striking(Doing):
    """Strikes, and counts what hit."""

    def __init__(
        self, settings: Settings, folder: Path, server: Server, chance: random.Random, seconds_stopped: float
    ) -> None:
        super().__init__(settings, folder)
        self.server = server
        self.chance = chance
        self.seconds_stopped = seconds_stopped
        self.hit: Counter[str] = Counter()
        self.hit_at: Counter[str] = Counter()
        self.stopped: list[Stopped] = []
        self.recoveries: list[float] = []
        self.settlings: list[float] = []

    def strike(self, way: str, job: str) -> None:
        """One process for a job, and what is done to it."""
        getattr(self, f"way_{way.partition(' ')[0].lower()}")(way, job)
        if job in KINDS:
            # what was not acknowledged is said again; or the same words would be struck for ever
            self.do(self.house, job, Trap("", ways.kill), 1)

    def way_f1(self, way: str, job: str) -> None:
        """Killed at a named point."""
        point = self.chance.choice(points_of(job))
        if os.WIFSIGNALED(ways.reap(self.piece(job, Trap(point, ways.kill)))):
            self.count(way, point)

    def way_f4(self, way: str, job: str) -> None:
        """Stopped where it holds a lease, until the lease is over and others have done its work; then it goes on."""
        points = [point for point in points_of(job) if point in OUTSIDE]
        if not points:
            self.run_through(job)
            return
        point = self.chance.choice(points)
        child = self.piece(job, Trap(point, ways.stop))
        if not ways.has_stopped(child):
            return
        self.stopped.append(Stopped(child, time.monotonic() + self.seconds_stopped))
        self.clock.put_forward(PAST_THE_LEASE)
        for each in OTHERS:
            self.run_through(each)
        self.let_go_on(MOST_STOPPED)
        self.count(way, point)

    def let_go_on(self, most: int) -> None:
        """Whoever has been stopped long enough goes on; the first are waited for while more than `most` are stopped."""
        while self.stopped and (len(self.stopped) > most or self.stopped[0].until <= time.monotonic()):
            first = self.stopped.pop(0)
            time.sleep(max(0.0, first.until - time.monotonic()))
            os.kill(first.process, signal.SIGCONT)
            ways.reap(first.process)

    def way_f5(self, way: str, job: str) -> None:
        """The database goes down at once under a process that stands at a named point, and comes back."""
        point = self.chance.choice(points_of(job))
        child = self.piece(job, Trap(point, ways.stop))
        if not ways.has_stopped(child):
            return
        began = time.monotonic()
        self.look_away()
        self.server.restart()
        os.kill(child, signal.SIGCONT)
        ways.reap(child)
        self.run_through(job)
        self.recoveries.append(time.monotonic() - began)
        self.count(way, point)

    def way_f6(self, way: str, job: str) -> None:
        """Its connection ends before it commits, or after it has committed and before it hears so.

        The database itself is asked what became of the transaction: only what went as it was meant to is counted.
        """
        note = self.folder / "transaction"
        note.unlink(missing_ok=True)
        strike = ways.ender(self.url, note) if way == ways.CUT else ways.deafener(note)
        point = f"{self.chance.choice(verbs_of(job))} {MOMENTS[2]}"
        ways.reap(self.piece(job, Trap(point, strike)))
        if note.exists() and self.standing(BECAME.format(note.read_text())) == [ways.BECAME[way]]:
            self.count(way, point)

    def way_f7(self, way: str, job: str) -> None:
        """Others hold lanes that it needs, or the database refuses what it did; then the job is done all the same."""
        began = time.monotonic()
        if way == ways.STORM:
            with ways.locked_lanes(self.url, self.chance):
                self.run_through(job)
        else:
            point = f"{self.chance.choice(verbs_of(job))} {MOMENTS[1]}"
            ways.reap(self.piece(job, Trap(point, ways.refuser(self.chance.choice(ways.CODES)))))
            self.run_through(job)
        self.settlings.append(time.monotonic() - began)
        self.count(way, "")

    def way_f12(self, way: str, job: str) -> None:
        """The same job runs twice at once."""
        for child in [self.piece(job, Trap("", ways.kill)) for _ in range(2)]:
            ways.reap(child)
        self.count(way, "")

    def way_f20(self, way: str, job: str) -> None:
        """The clock jumps, also backwards, and the job runs."""
        self.clock.put_forward(self.chance.choice(JUMPS))
        self.run_through(job)
        self.count(way, "")

    def piece(self, job: str, trap: Trap) -> int:
        """A process that does a small piece of the job; its number. People say one thing at a time."""
        most = 1 if job in KINDS else MOST_AT_A_TIME
        return self.fork(job, trap, self.chance.randint(1, most))

    def count(self, way: str, point: str) -> None:
        self.hit[way] += 1
        if point:
            self.hit_at[point] += 1
