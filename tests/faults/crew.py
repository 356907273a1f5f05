"""The workers and schedulers of a run: who is there, who has a job in hand, who takes whose place."""

import contextlib
import os
import signal
import time
from collections.abc import Sequence

import psutil

from launcher.programs import until
from tests.faults.zygote import SCHEDULER, Zygote

SCHEDULERS = 2
"""One of them leads; the other is there to take over."""

SECONDS_FOR_A_JOB = 2.0


class Crew:
    """Real workers, one for each name of a queue, and real schedulers."""

    def __init__(self, zygote: Zygote, queues: Sequence[str]) -> None:
        self.zygote = zygote
        self.workers = {zygote.fork(queue): queue for queue in queues}
        self.schedulers = [zygote.fork(SCHEDULER) for _ in range(SCHEDULERS)]

    def somebody_at_work(self, workers: Sequence[int]) -> tuple[int, int] | None:
        """The first of these workers that has a job in hand, with the process that it has forked for it; None when
        none has for a while."""
        end = time.monotonic() + SECONDS_FOR_A_JOB
        while time.monotonic() < end:
            for worker in workers:
                with contextlib.suppress(psutil.NoSuchProcess):
                    for child in psutil.Process(worker).children():
                        return worker, child.pid
            time.sleep(0.002)
        return None

    def replace(self, worker: int) -> None:
        """Start another worker of the same queue."""
        queue = self.workers.pop(worker)
        self.workers[self.zygote.fork(queue)] = queue

    def replace_scheduler(self, scheduler: int) -> None:
        """Start another scheduler."""
        self.schedulers.remove(scheduler)
        self.schedulers.append(self.zygote.fork(SCHEDULER))


def send(process: int, what: signal.Signals) -> bool:
    """Send a signal; whether there was somebody to hit."""
    try:
        os.kill(process, what)
    except ProcessLookupError:
        return False
    return True


def has_ended(process: int, within: float) -> bool:
    """Whether a process ends within so many seconds."""
    return until(lambda: not psutil.pid_exists(process), within)
