"""Patients who answer and staff who finish tasks, while everything else falls over. Every third says it twice."""

import contextlib
import threading
import time
import uuid
from collections.abc import Callable

import psycopg

from app.base.bell import Bell
from config import Settings
from journeys.contact.answer_on_phone import answer_on_phone
from journeys.flow.react import react
from journeys.foundation import database
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.foundation.errors import Stale
from journeys.work.complete_task import complete_task
from tests.faults.canaries import WORDS_ANSWERED, WORDS_NOTED
from tests.faults.checker import Attempted
from tests.faults.clock import Clock

ANSWERS = ("1", "2", WORDS_ANSWERED, None, None, None, None, None)
"""Yes, no, words of their own, mostly nothing: in turn."""

ARRIVED = """
SELECT id, patient_id FROM message
WHERE step = 'invite' AND channel = 'phone_simulator' AND status IN ('accepted', 'delivered') ORDER BY id
"""
OPEN = "SELECT id, uid FROM task WHERE status = 'requested' AND id % 5 = 0 ORDER BY id"
"""Of five tasks four are left until their time is over."""

OUTCOMES = ("reached", "gone")


class People(threading.Thread):
    """Looks again and again at what has arrived, and says what each has not said yet."""

    def __init__(self, settings: Settings, clock: Clock, attempted: Attempted) -> None:
        super().__init__(name="people", daemon=True)
        self.clock = clock
        self.attempted = attempted
        self.url = settings.database_url.replace("+psycopg", "", 1)
        self.engine = database.connect(settings.database_url, database.WORKER)
        self.house = House(database.sessions(self.engine), react, Bell(settings).ring)
        self.seen: set[int] = set()
        self.is_over = threading.Event()
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            with psycopg.connect(self.url, autocommit=True) as connection:
                while not self.is_over.is_set():
                    self.look(connection)
                    time.sleep(0.2)
        except BaseException as error:
            self.error = error
        finally:
            self.engine.dispose()

    def look(self, connection: psycopg.Connection) -> None:
        """One look at everything that waits for somebody."""
        for message, patient in connection.execute(ARRIVED).fetchall():
            if message not in self.seen and not self.is_over.is_set():
                self.answer(message, patient)
                self.seen.add(message)
        for task, uid in connection.execute(OPEN).fetchall():
            if not self.is_over.is_set():
                self.finish(task, uid)

    def answer(self, message: int, patient: int) -> None:
        """What this patient answers, if anything; a second time is a repetition by the provider."""
        words = ANSWERS[message % len(ANSWERS)]
        if words is None:
            return
        for _ in range(times(message)):
            self.act(answer_on_phone, patient_id=patient, text=words, outside_id=f"answer-{message}")
            self.attempted.answered[patient] = words

    def finish(self, task: int, uid: uuid.UUID) -> None:
        """Complete a task; a second time is a click too many, and refused."""
        outcome = OUTCOMES[task % len(OUTCOMES)]
        for _ in range(times(task)):
            with contextlib.suppress(Stale):
                self.act(complete_task, uid=uid, outcome=outcome, note=WORDS_NOTED)
                self.attempted.finished.add(task)

    def have_something_to_say(self, connection: psycopg.Connection) -> bool:
        """Whether somebody has not said yet what they will say."""
        arrived = connection.execute(ARRIVED).fetchall()
        is_open = connection.execute(OPEN).fetchone() is not None
        return is_open or any(message not in self.seen for message, _ in arrived)

    def act(self, verb: Callable, **arguments: object) -> None:
        """Run one verb as somebody from outside."""
        act(self.house, Act(self.clock(), "test:people", EVERYWHERE), verb, **arguments)


def times(number: int) -> int:
    """How often it is said."""
    return 2 if number % 3 == 1 else 1
