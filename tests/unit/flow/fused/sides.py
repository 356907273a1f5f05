"""Two copies of one clinic: in one the reference executor moves patients, in the other the compiler."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from journeys.criteria.custom.set_custom_values import set_custom_values
from journeys.flow.fused import running
from journeys.flow.running.batch import Batch
from journeys.flow.running.executing import run_step
from journeys.foundation.acting import Act
from journeys.foundation.database import OWNER, WORKER, connect, sessions
from journeys.foundation.zones import ensure_zones
from journeys.store.access import Appointment
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment
from journeys.store.events import emit
from journeys.store.organisation import Practitioner, PractitionerRole
from journeys.store.scope import EVERY_BRANCH
from journeys.store.tasks import OPEN_STATUSES, Task
from journeys.work.cancel_task import cancel_task
from journeys.work.complete_task import complete_task
from tests import make
from tests.servers import Cluster
from tests.unit.criteria.custom import made
from tests.unit.flow.clinic import START, Clinic, furnish_database

PEOPLE = (
    {"birth_date": dt.date(1940, 1, 1)},
    {"birth_date": dt.date(1990, 1, 1), "language": "es"},
    {"time_zone": "Asia/Kolkata", "preferred_channel": "email"},
    {"birth_date": dt.date(1950, 5, 5), "language": None, "time_zone": None},
    {},
)
OPEN_TO_JOURNEYS = {**made.EVERYBODY, "journeys": True}
DUE_DATES = ("2026-03-05", "2026-02-01", "2026-03-09")
"""The first people have one."""

CLEAN = "TRUNCATE enrolment, enrolment_history, message, task, event RESTART IDENTITY CASCADE"
KEEP_PEOPLE = "CREATE TABLE patient_before AS SELECT * FROM patient"
SAME_PEOPLE = """
UPDATE patient SET language = before.language, preferred_channel = before.preferred_channel,
    time_zone = before.time_zone, updated_at = before.updated_at, row_version = before.row_version
FROM patient_before AS before WHERE before.id = patient.id
"""
SAME_VALUES = """
DELETE FROM custom_value WHERE recorded_by LIKE 'journey:%';
UPDATE custom_value SET until_at = NULL
"""
EVENT = """
SELECT 'event', event.patient_id, rank() OVER (PARTITION BY event.patient_id ORDER BY event.id), recorded_at, at, kind,
    lane, subject_kind, coalesce(task.enrolment_id || ' ' || task.visit, subject_id::text), event.enrolment_id,
    code_system, code, event.outcome, caused_by
FROM event LEFT JOIN task ON subject_kind = 'task' AND task.id = subject_id ORDER BY 2, 3
"""
"""Ids of events and tasks may differ, because patients may take turns otherwise; the order for one patient may not."""

WOKEN = "(SELECT concat_ws(' ', e.kind, e.recorded_at, e.outcome) FROM event e WHERE e.id = woken_by)"
ROWS = (
    f"SELECT 'enrolment', id, patient_id, lane, status, step, stage, visit, entered_at, step_entered_at, due_at,"
    f" waits_for, waiting_since, {WOKEN}, woken_kind, answer, exit_port, ended_at, ended_reason"
    " FROM enrolment ORDER BY id",
    f"SELECT 'history', enrolment_id, patient_id, step, stage, visit, port, entered_at, left_at, {WOKEN}, act"
    " FROM enrolment_history ORDER BY enrolment_id, id",
    "SELECT 'message', patient_id, enrolment_id, step, visit, lane, direction, status, purpose, channels, priority,"
    " planned_at, useful_until, focus_id, template_version_id, question, asks::text, answer, answer_number,"
    " answer_date, (SELECT concat_ws(' ', r.step, r.visit) FROM message r WHERE r.id = message.reminds_id)"
    " FROM message ORDER BY patient_id, id",
    "SELECT 'task', enrolment_id, visit, step, patient_id, queue_id, status, outcome, title, outcomes, due_at,"
    " owner, created_at, cancelled_reason, row_version FROM task ORDER BY enrolment_id, visit",
    "SELECT 'patient', id, language, preferred_channel, time_zone, updated_at, row_version FROM patient ORDER BY id",
    "SELECT 'value', patient_id, field, from_at, value_code, value_date, until_at, type, version_id, record_kind,"
    " record_id, recorded_at, recorded_by FROM custom_value ORDER BY patient_id, field, from_at, value_code, until_at",
    EVENT,
)


def step_by_step(batch: Batch, step_id: str) -> None:
    """Move by the reference executor alone; what fails fails the test instead of being set aside."""
    run_step(batch, step_id)


def fused_only(batch: Batch, step_id: str) -> None:
    """Move by the compiler; what fails there fails the test instead of being tried again."""
    running.run_fused(batch, step_id)


class Side:
    """One copy; `people` are the ids of its patients, `moves` is how they are moved."""

    def __init__(self, clinic: Clinic, owner: Engine, moves: Callable[[Batch, str], None]) -> None:
        self.clinic = clinic
        self.owner = owner
        self.moves = moves
        # draws are made from the uid, so that has to be the same on both sides too
        self.people = [
            clinic.people(uid=uuid.UUID(int=number), updated_at=START, **facts)[0]
            for number, facts in enumerate(PEOPLE, start=1)
        ]
        self.visits = clinic.do(book, self.people)
        for slug, kind in (("due-date", "date"), ("mood", "choice"), ("tags", "many-choices")):
            clinic.do(publish_open, slug, kind)
        for whom, day in zip(self.people, DUE_DATES, strict=False):
            clinic.do(set_custom_values, "patient", whom, {"due-date": day}, roles=made.STAFF)

    def play(self, journey: dict[str, Any], history: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Everybody walks the journey while things happen; every row that is there in the end."""
        self.begin()
        self.clinic.publish(journey)
        with patch.multiple("journeys.flow.running.advance", run=self.moves, run_fused=self.moves):
            self.enter(journey)
            self.clinic.run()
            for what, *details in history:
                getattr(self, what)(*details)
                self.clinic.run()
        return self.rows()

    def enter(self, journey: dict[str, Any]) -> None:
        """Whoever is to come in does: with each appointment where the journey is about these."""
        if journey.get("focus") is None:
            self.clinic.enrol()
            return
        for whom, visit in zip(self.people, self.visits, strict=False):
            self.clinic.happen("appointment.changed", whom, subject_kind="appointment", subject_id=visit)

    def begin(self) -> None:
        """Nobody is in a journey, and nothing has happened."""
        self.clinic.now = START
        self.clinic.rung.clear()
        with self.owner.begin() as connection:
            for statement in (CLEAN, SAME_PEOPLE, SAME_VALUES):
                connection.execute(text(statement))

    def time(self, hours: int) -> None:
        self.clinic.now += dt.timedelta(hours=hours)

    def event(self, kind: str, whom: int) -> None:
        self.clinic.happen(kind, self.people[whom], at=self.clinic.now)

    def answer(self, outcome: str, whom: int) -> None:
        """An answer of somebody who was let in."""
        for enrolment in self.clinic.all(Enrolment, patient_id=self.people[whom]):
            about = {"enrolment_id": enrolment.id, "outcome": outcome}
            self.clinic.happen("message.answered", self.people[whom], **about)

    def reply(self, said: str, whom: int) -> None:
        """What becomes of somebody's newest message: it was sent and answered, or it cannot be sent."""

        def settle(session: Session, doing: Act) -> None:
            newest = select(Message).filter_by(patient_id=self.people[whom]).order_by(Message.id.desc()).limit(1)
            message = session.scalar(newest)
            if message is None:
                return
            code, _, value = said.partition(" ")
            lost = code == "undeliverable"
            message.status, message.channel = ("undeliverable" if lost else "accepted"), "sms"
            message.sent_at, message.answered_at, message.answer = (None,) * 3 if lost else (doing.now, doing.now, code)
            if value and message.asks is not None:
                message.answer_number = Decimal(value) if value.isdecimal() else None
                message.answer_date = None if value.isdecimal() else dt.date.fromisoformat(value)
            about = {"patient_id": message.patient_id, "enrolment_id": message.enrolment_id}
            about |= {"subject_kind": "message", "subject_id": message.id, "outcome": code}
            emit(session, doing, "message.undeliverable" if lost else "message.answered", [about])

        self.clinic.do(settle)

    def task(self, outcome: str | None, whom: int) -> None:
        tasks = [row for row in self.clinic.all(Task, patient_id=self.people[whom]) if row.status in OPEN_STATUSES]
        if tasks and outcome is None:
            self.clinic.do(cancel_task, tasks[0].uid)
        elif tasks:
            self.clinic.do(complete_task, tasks[0].uid, outcome)

    def rows(self) -> list[tuple[Any, ...]]:
        """Every row, and the bells that were rung."""
        with self.owner.connect() as connection:
            found = [tuple(row) for statement in ROWS for row in connection.execute(text(statement))]
        return [*found, ("bells", sorted(set(self.clinic.rung)))]


def book(session: Session, _: Act, people: list[int]) -> list[int]:
    """Nina and Omar may work on every task; all but the last have an appointment with one of them. Their ids."""
    staff = [make.added(session, Practitioner(username=username)) for username in ("nina", "omar")]
    for person in staff:
        session.add(PractitionerRole(practitioner_id=person.id, code=EVERY_BRANCH))
    visits = []
    for number, whom in enumerate(people[:-1]):
        start = START + dt.timedelta(days=1 + 2 * number)
        facts = {"patient_id": whom, "practitioner_id": staff[number % 2].id, "status": "booked", "start_at": start}
        visits.append(make.added(session, Appointment(**facts)).id)
    return visits


def publish_open(session: Session, _: Act, slug: str, kind: str) -> None:
    """A custom field of patients that journeys may change."""
    made.publish(session, slug, kind, edit=OPEN_TO_JOURNEYS)


@contextmanager
def a_side(cluster: Cluster, moves: Callable[[Batch, str], None]) -> Iterator[Side]:
    """A database of its own, always made the same way, so that ids are the same on both sides."""
    fresh = cluster.new()
    furnish_database(fresh.url)
    engine = connect(fresh.url, WORKER)
    owner = connect(fresh.url, OWNER)
    with Clinic.open(sessions(engine)) as clinic:
        clinic.do(lambda session, _: ensure_zones(session, ["Asia/Kolkata"]))
        side = Side(clinic, owner, moves)
        with owner.begin() as connection:
            connection.execute(text(KEEP_PEOPLE))
        yield side
    owner.dispose()
    engine.dispose()
    cluster.drop(fresh)
