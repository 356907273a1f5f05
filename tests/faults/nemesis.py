"""Kills workers and flushes Redis, at random by a seed, only while there is work to be hit in."""

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter

import psutil
from redis import Redis

from tests.faults.zygote import Zygote

WAYS = ("worker", "job", "both")
"""Whom a kill takes: the worker and not the job it forked, the job alone, both."""

SECONDS_FOR_A_JOB = 2.0
LONGEST_INTO_A_JOB = 0.15
LONGEST_BETWEEN = 0.8
HEAD_START = 0.2
"""The part of the kills that needs no progress: the first steps are hit too."""


class Nemesis(threading.Thread):
    """Goes on until all kills are done. It strikes while the run says that there is work (`has_work`), and no faster
    than the work gets on (`progress`, from 0 to 1), so that the kills fall into all of it."""

    def __init__(
        self, zygote: Zygote, redis: Redis, queues: list[str], kills: int, flushes: int, chance: random.Random
    ) -> None:
        super().__init__(name="nemesis", daemon=True)
        self.zygote = zygote
        self.redis = redis
        self.chance = chance
        self.workers = {zygote.fork(queue): queue for queue in queues}
        self.kills = kills
        self.flush_after = set(chance.sample(range(kills), min(flushes, kills)))
        self.killed: Counter[str] = Counter()
        self.flushed = 0
        self.has_work = threading.Event()
        self.progress = 0.0
        self.is_over = threading.Event()
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            while self.killed.total() < self.kills and not self.is_over.is_set():
                if self.has_work.wait(0.1) and self.is_time():
                    self.strike()
                time.sleep(self.chance.uniform(0.05, LONGEST_BETWEEN))
        except BaseException as error:
            self.error = error

    def is_time(self) -> bool:
        """Whether the work has got as far as the kills have."""
        return self.killed.total() < self.kills * (self.progress + HEAD_START)

    def strike(self) -> None:
        """One kill in the midst of a job, and perhaps a flush."""
        worker = self.chance.choice(sorted(self.workers))
        job = self.wait_for_job(worker)
        if job is None:
            return
        time.sleep(self.chance.uniform(0, LONGEST_INTO_A_JOB))
        way = self.chance.choice(WAYS)
        if way == "job":
            was_hit = kill(job)
        else:
            was_hit = kill(worker)
            if way == "both":
                kill(job)
            self.replace(worker)
        if was_hit:
            self.count(way)

    def wait_for_job(self, worker: int) -> int | None:
        """The process that the worker has forked for a job; None when it has none for a while."""
        end = time.monotonic() + SECONDS_FOR_A_JOB
        while time.monotonic() < end:
            with contextlib.suppress(psutil.NoSuchProcess):
                for child in psutil.Process(worker).children():
                    return child.pid
            time.sleep(0.002)
        return None

    def replace(self, worker: int) -> None:
        """Start another worker of the same queue."""
        queue = self.workers.pop(worker)
        self.workers[self.zygote.fork(queue)] = queue

    def count(self, way: str) -> None:
        if self.killed.total() in self.flush_after:
            self.redis.flushall()
            self.flushed += 1
        self.killed[way] += 1


def kill(process: int) -> bool:
    """SIGKILL; whether there was somebody to hit."""
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
