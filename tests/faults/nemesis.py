"""Strikes workers, schedulers and Redis from outside, at random by a seed, only while there is work to be hit in."""

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Mapping

import psycopg
from redis import Redis, RedisError

from journeys.foundation import advisory
from journeys.worker.sweep import LAST_TICK
from launcher.programs import until
from tests.faults.crew import Crew, has_ended, send
from tests.faults.redis_troubles import TROUBLES
from tests.faults.standing import Server

KILLED = "F2"
RESTARTED = "F3"
FLUSHED = "F10"
REDIS = "F11"
SPLIT = "F23"
ROWS = (KILLED, RESTARTED, FLUSHED, REDIS, SPLIT)

VICTIMS = ("worker", "job", "both")
"""Whom a kill takes: the worker and not the job it forked, the job alone, both."""

SPLITS = ("cut", "asleep", "killed")
"""What befalls the scheduler that leads: its connection ends; it sleeps meanwhile and wakes; it dies."""

SHORTEST_INTO_A_JOB = 0.005
LONGEST_INTO_A_JOB = 1.0
LONGEST_BETWEEN = 0.2
LONGEST_SILENCE = 120.0
"""Seconds after which a bell that does not ring again, or a process that does not end, is given up."""

LEADER = """
SELECT a.pid, a.application_name FROM pg_locks JOIN pg_stat_activity AS a USING (pid)
WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid::bigint = %(key)s AND objsubid = 1
"""
"""The process of the database that serves the scheduler that leads, and what it calls itself."""


class Nemesis(threading.Thread):
    """Goes on until each row was struck as often as wanted; strikes while the run says that there is work
    (`has_work`)."""

    def __init__(
        self, crew: Crew, redis: Redis, server: Server, database_url: str, wanted: Mapping[str, int], seed: int
    ) -> None:
        super().__init__(name="nemesis", daemon=True)
        self.crew = crew
        self.redis = redis
        self.server = server
        self.database_url = database_url
        self.wanted = wanted
        self.chance = random.Random(seed)
        self.hit: Counter[str] = Counter()
        self.hit_how: Counter[str] = Counter()
        self.slowest: dict[str, float] = {}
        self.has_work = threading.Event()
        self.is_over = threading.Event()
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            while (row := self.next_row()) is not None and not self.is_over.is_set():
                if self.has_work.wait(0.1):
                    self.strike(row)
                time.sleep(self.chance.uniform(0, LONGEST_BETWEEN))
            # the kernel ends a server that it started together with the thread that did
            self.is_over.wait()
        except BaseException as error:
            self.error = error

    def next_row(self) -> str | None:
        """A row that was not struck often enough, the more is missing the likelier; None when none is missing."""
        missing = {row: count - self.hit[row] for row, count in self.wanted.items() if count > self.hit[row]}
        return self.chance.choices(list(missing), list(missing.values()))[0] if missing else None

    def is_done(self) -> bool:
        """Whether nothing is left to strike."""
        return all(self.hit[row] >= count for row, count in self.wanted.items())

    def strike(self, row: str) -> None:
        """One blow."""
        how = getattr(self, f"row_{row.lower()}")()
        if how:
            self.hit[row] += 1
            self.hit_how[f"{row} {how}"] += 1

    def row_f2(self) -> str | None:
        """SIGKILL in the midst of a job."""
        workers = self.chance.sample(sorted(self.crew.workers), len(self.crew.workers))
        at_work = self.crew.somebody_at_work(workers)
        if at_work is None:
            return None
        worker, job = at_work
        self.wait_into_the_job()
        victim = self.chance.choice(VICTIMS)
        if victim == "job":
            return victim if send(job, signal.SIGKILL) else None
        was_hit = send(worker, signal.SIGKILL)
        if victim == "both":
            send(job, signal.SIGKILL)
        self.crew.replace(worker)
        return victim if was_hit else None

    def row_f3(self) -> str | None:
        """SIGTERM in the midst of a job, as a new release does to one after the other; and another takes its place.
        The scheduler comes last."""
        turn = self.hit[RESTARTED] % (len(self.crew.workers) + 1)
        if turn == len(self.crew.workers):
            scheduler = self.crew.schedulers[0]
            self.drain(scheduler)
            self.crew.replace_scheduler(scheduler)
            return "scheduler"
        # the one that came last stands last: so the first is always the oldest
        worker = next(iter(self.crew.workers))
        if self.crew.somebody_at_work([worker]) is None:
            return None
        self.wait_into_the_job()
        self.drain(worker)
        self.crew.replace(worker)
        return "worker"

    def drain(self, process: int) -> None:
        """Ask a process to end, and see how long it takes."""
        began = time.monotonic()
        send(process, signal.SIGTERM)
        if not has_ended(process, LONGEST_SILENCE):
            raise RuntimeError("A process that was asked to end did not")
        self.took("drain", time.monotonic() - began)

    def row_f10(self) -> str:
        """Everything in Redis is gone."""
        before = self.last_tick()
        self.redis.flushall()
        self.took("ringing", self.seconds_until_heard(before))
        return "flushed"

    def row_f11(self) -> str:
        """Redis dies, loses the end of its file, has no room, or may only be read."""
        before = self.last_tick()
        how = self.chance.choice(sorted(TROUBLES))
        TROUBLES[how](self.server, self.redis, self.chance)
        self.took("return", self.seconds_until_heard(before))
        return how

    def took(self, what: str, seconds: float) -> None:
        """Remember the longest."""
        self.slowest[what] = max(seconds, self.slowest.get(what, 0.0))

    def seconds_until_heard(self, before: object) -> float:
        """Wait until what is due was rung once more; how long that took."""
        began = time.monotonic()
        if not until(lambda: self.last_tick() not in (None, before), LONGEST_SILENCE):
            raise RuntimeError("The bell did not ring again")
        return time.monotonic() - began

    def last_tick(self) -> object:
        """When due work was last looked for, as Redis tells; None when it does not answer or does not know."""
        try:
            return self.redis.get(LAST_TICK)
        except RedisError:
            return None

    def row_f23(self) -> str | None:
        """The scheduler that leads loses the lead, also without knowing it."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            leader = connection.execute(LEADER, {"key": advisory.LEADER}).fetchone()
            if leader is None:
                return None
            backend, scheduler = leader[0], int(leader[1].split()[-1])
            how = self.chance.choice(SPLITS)
            if how == "killed":
                send(scheduler, signal.SIGKILL)
                self.crew.replace_scheduler(scheduler)
                return how
            if how == "asleep":
                send(scheduler, signal.SIGSTOP)
            connection.execute("SELECT pg_terminate_backend(%s)", [backend])
            if how == "asleep":
                until(lambda: connection.execute(LEADER, {"key": advisory.LEADER}).fetchone() is not None, 5)
                send(scheduler, signal.SIGCONT)
        return how

    def wait_into_the_job(self) -> None:
        """From some milliseconds to a second, short waits as likely as long ones."""
        time.sleep(SHORTEST_INTO_A_JOB * (LONGEST_INTO_A_JOB / SHORTEST_INTO_A_JOB) ** self.chance.random())
