"""Patients who answer and staff who finish tasks, while everything else falls over. Every third says it twice.

Whoever did not hear that it was taken says it again, as a provider does that repeats what was not acknowledged.
"""

import contextlib
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from app.base.bell import Bell
from config import Settings
from journeys.contact.replies.answer_on_phone import answer_on_phone
from journeys.flow.events.react import react
from journeys.foundation import database
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.foundation.errors import Stale
from journeys.work.complete_task import complete_task
from tests.faults.canaries import WORDS_ANSWERED, WORDS_NOTED
from tests.faults.clock import Clock
from tests.faults.said import Said

ANSWERS = ("1", "2", WORDS_ANSWERED, None, None)
"""Yes, no, words of their own, nothing: in turn."""

ARRIVED = """
SELECT id, patient_id FROM message
WHERE step = 'invite' AND channel = 'phone_simulator' AND status IN ('accepted', 'delivered') ORDER BY id
"""
OPEN = """
SELECT id, uid FROM task
WHERE status = 'requested' AND enrolment_id IS NOT NULL AND id % 2 = 0 ORDER BY id
"""
"""Every second task of the journey is left until its time is over. Whether an unknown message arrived nobody says."""

OUTCOMES = ("reached", "gone")
ANSWER = "answer"
FINISH = "finish"
KINDS = (ANSWER, FINISH)


@dataclass(frozen=True)
class Saying:
    """What somebody has to say: a patient answers a message, or a task is finished. `number` is the patient's or the
    task's."""

    kind: str
    number: int
    message: int = 0
    uid: uuid.UUID | None = None


class People(threading.Thread):
    """Looks again and again at what has arrived, and says what each has not said yet."""

    def __init__(self, settings: Settings, clock: Clock, file: Path) -> None:
        super().__init__(name="people", daemon=True)
        self.clock = clock
        self.said = Said(file)
        self.url = settings.database_url.replace("+psycopg", "", 1)
        self.engine = database.connect(settings.database_url, database.WORKER)
        self.house = House(database.sessions(self.engine), react, Bell(settings).ring)
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
        for saying in self.sayings(connection):
            if not self.is_over.is_set():
                self.say(self.house, saying)

    def sayings(self, connection: psycopg.Connection) -> list[Saying]:
        """What nobody has said yet, or has without hearing that it was taken."""
        self.said.read()
        arrived = connection.execute(ARRIVED).fetchall()
        answers = [Saying(ANSWER, patient, message) for message, patient in arrived if words_of(message) is not None]
        finishes = [Saying(FINISH, task, uid=uid) for task, uid in connection.execute(OPEN).fetchall()]
        return [each for each in answers if not self.said.acked[ANSWER, each.number]] + finishes

    def say_some(self, house: House, kind: str, most: int) -> None:
        """What waits of one kind, at most so many."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            waiting = [each for each in self.sayings(connection) if each.kind == kind]
        for saying in waiting[:most]:
            self.say(house, saying)

    def say(self, house: House, saying: Saying) -> None:
        """Say it; a second time is a repetition by the provider, or a click too many, which is refused."""
        verb = self.answer if saying.kind == ANSWER else self.finish
        for _ in range(times(saying.message or saying.number)):
            self.said.write("tried", saying.kind, saying.number)
            verb(house, saying)
            self.said.write("acked", saying.kind, saying.number)

    def answer(self, house: House, saying: Saying) -> None:
        """What this patient answers."""
        words = words_of(saying.message)
        outside_id = f"answer-{saying.message}"
        self.act(house, answer_on_phone, patient_id=saying.number, text=words, outside_id=outside_id)

    def finish(self, house: House, saying: Saying) -> None:
        """Complete a task."""
        outcome = OUTCOMES[saying.number % len(OUTCOMES)]
        with contextlib.suppress(Stale):
            self.act(house, complete_task, uid=saying.uid, outcome=outcome, note=WORDS_NOTED)

    def act(self, house: House, verb: Callable, **arguments: object) -> None:
        """Run one verb as somebody from outside."""
        act(house, Act(self.clock(), "test:people", EVERYWHERE), verb, **arguments)


def words_of(message: int) -> str | None:
    """What is answered to a message, if anything."""
    return ANSWERS[message % len(ANSWERS)]


def times(number: int) -> int:
    """How often it is said."""
    return 2 if number % 3 == 1 else 1
