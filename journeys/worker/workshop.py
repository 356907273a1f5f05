"""What a job works with: the house, the bell, the clock. Made once per process, before RQ forks."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Engine

from journeys.contact.channels.base import Channel
from journeys.flow.webhooks.speaking import Outside
from journeys.foundation.acting import EVERYWHERE, Act, House
from journeys.foundation.lanes import lanes_of_share
from journeys.worker.bell import Bell

Clock = Callable[[], dt.datetime]

SECONDS_OF_WORK = 15.0
"""A job starts no further round after this; with the last round it stays below 20 s."""


def system_clock() -> dt.datetime:
    """This moment, aware, in UTC. The engine reads the machine's clock here and nowhere else."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Round:
    """What one round is given: the workshop, the job's name, its lanes, the monotonic second at which to stop."""

    workshop: Workshop
    job: str
    lanes: tuple[int, ...]
    end: float

    @property
    def house(self) -> House:
        """Where acts are run."""
        return self.workshop.house

    def act(self) -> Act:
        """An act of this moment; each round makes new ones, because time passes."""
        return Act(now=self.workshop.clock(), by=f"worker:{self.job}", scope=EVERYWHERE)

    def is_over(self) -> bool:
        """Whether the job has worked long enough."""
        return time.monotonic() >= self.end

    @property
    def limits(self) -> dict[str, int]:
        """How much a verb may take at once, as its argument; nothing leaves it to the verb."""
        return {} if self.workshop.most_at_once is None else {"limit": self.workshop.most_at_once}


Work = Callable[[Round], bool]
"""One bounded round of work in one or few transactions; True when there may be more to do at once."""


@dataclass(frozen=True)
class Job:
    """A kind of job: the queue it prefers, whether its lanes are shared among workers, its round of work."""

    work: Work
    queue: str
    shared: bool = False


@dataclass(frozen=True)
class Workshop:
    """Everything that the jobs of one process need. `engine` acts as the worker's role; `owner_url` may change
    tables."""

    house: House
    bell: Bell
    jobs: dict[str, Job]
    clock: Clock
    engine: Engine
    owner_url: str
    channels: Mapping[str, Channel]
    most_at_once: int | None = None
    outside: Outside = field(default_factory=Outside)
    phone_region: str = "US"

    def work_off(self, name: str, share: int, shares: int) -> bool:
        """Round after round until nothing is left and nobody rings, or the time is over; whether more may be left."""
        now = Round(self, name, lanes_of_share(share, shares), time.monotonic() + SECONDS_OF_WORK)
        work = self.jobs[name].work
        while work(now) or self.bell.take_over(name, share, shares):
            if now.is_over():
                return True
        return False
