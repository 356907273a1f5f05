"""The jobs of a run, done in this process or in one that is forked from it and has connections of its own."""

import gc
import os
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from config import Settings
from journeys.contact.deciding.plan import plan
from journeys.contact.sending.deliver import deliver
from journeys.flow.entry.enrol import enrol
from journeys.flow.events.react import react
from journeys.flow.running.advance import advance
from journeys.foundation import database
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from tests.faults import ways
from tests.faults.checker import Attempted
from tests.faults.clock import Clock
from tests.faults.people import ANSWER, FINISH, People
from tests.faults.points import Trap, channels, lay
from tests.faults.standing import WORK, standing

EVERYTHING = 2_000
"""Rows that a process to which nothing is done takes at most."""


class Doing:
    """What the processes of a run stand on, and what each can do."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings = settings
        self.url = settings.database_url.replace("+psycopg", "", 1)
        self.folder = folder
        self.ledger = folder / "post"
        self.log = folder / "processes.log"
        self.clock = Clock(folder / "clock")
        self.engine = database.connect(settings.database_url, database.WORKER)
        self.house = House(database.sessions(self.engine), react)
        self.attempted = Attempted()
        self.people = People(settings, self.clock, folder / "said")
        self.people.house = self.house
        self.connection: psycopg.Connection | None = None
        self.began = time.monotonic()

    def looking(self) -> psycopg.Connection:
        """The connection through which the run looks at the database."""
        if self.connection is None:
            self.connection = psycopg.connect(self.url, autocommit=True)
        return self.connection

    def look_away(self) -> None:
        """Forget it; there will be another one."""
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def standing(self, statement: str) -> list[Any]:
        """The first column of a statement about this moment."""
        return standing(self.looking(), statement, self.clock())

    def work(self) -> list[str]:
        """The jobs that have something to do now, and what people have to say."""
        kinds = {saying.kind for saying in self.people.sayings(self.looking())}
        return self.standing(WORK) + sorted(kinds)

    def run_through(self, job: str) -> None:
        """The job in this process, where nothing is done to it; what it compiles, those that are forked have too."""
        self.do(self.house, job, Trap("", ways.kill), EVERYTHING)

    def fork(self, job: str, trap: Trap, limit: int) -> int:
        """A process that does a small piece of one job; its number."""
        # what is older is looked at by no collection: each would copy the memory that both share
        gc.freeze()
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
            ANSWER: lambda: self.people.say_some(house, ANSWER, limit),
            FINISH: lambda: self.people.say_some(house, FINISH, limit),
        }
        work[job]()

    def act(self, verb: Callable, **arguments: object):
        """Run one verb as the run itself."""
        return act(self.house, Act(self.clock(), "test:faults", EVERYWHERE), verb, **arguments)
