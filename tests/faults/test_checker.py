"""The checker itself: a run without faults is clean, and each thing that can go wrong shows in its own count."""

import datetime as dt
from collections.abc import Iterator

import psycopg
import pytest

from journeys.contact.channels import open_channels
from journeys.contact.deciding.plan import plan
from journeys.contact.sending.deliver import deliver
from journeys.flow.entry.enrol import enrol
from journeys.flow.events.react import react
from journeys.flow.running.advance import advance
from journeys.foundation import database as databases
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from tests.faults import canaries, scenario
from tests.faults.checker import Attempted, Found, check
from tests.make import NOON
from tests.servers import Database

PEOPLE = 4
SABOTAGE = [
    ("DELETE FROM enrolment WHERE id = (SELECT min(id) FROM enrolment)", "lost", "enrolment"),
    (
        "UPDATE enrolment SET status = 'active', step = 'rest', ended_at = NULL, ended_reason = NULL"
        " WHERE id = (SELECT min(id) FROM enrolment)",
        "lost",
        "end",
    ),
    ("DELETE FROM enrolment_history WHERE step = 'answer'", "lost", "step"),
    ("UPDATE enrolment_history SET port = 'email' WHERE step = 'answer'", "lost", "step"),
    (
        "INSERT INTO enrolment_history"
        " (id, enrolment_id, patient_id, version_id, step, visit, port, entered_at, left_at, act)"
        " SELECT id + 1000, enrolment_id, patient_id, version_id, step, visit, port, entered_at, left_at, 'again'"
        " FROM enrolment_history",
        "duplicated",
        "step",
    ),
    ("DELETE FROM message WHERE step = 'thank'", "lost", "message"),
    ("DELETE FROM task", "lost", "task"),
    ("UPDATE task SET step = 'rest'", "duplicated", "task"),
    ("UPDATE message SET status = 'planned' WHERE step = 'thank'", "lost", "unsettled message"),
    (
        "INSERT INTO event (id, recorded_at, at, kind, patient_id, lane, subject_kind, subject_id, caused_by)"
        " SELECT id + 1000, recorded_at, at, kind, patient_id, lane, subject_kind, subject_id, 'again'"
        " FROM event WHERE kind = 'message.sent'",
        "duplicated",
        "event",
    ),
    ("UPDATE message SET channel = 'email', status = 'accepted' WHERE step = 'thank'", "lost", "sent mail"),
]
"""A statement that does harm, and which count of the checker must rise."""


@pytest.fixture
def attempted() -> Attempted:
    return Attempted()


@pytest.fixture
def walked(database: Database, attempted: Attempted) -> Iterator[psycopg.Connection]:
    """A database in which four people have walked the journey without a fault."""
    engine = databases.connect(database.url, databases.WORKER)
    house = House(databases.sessions(engine), react)
    start = Act(NOON, "test", EVERYWHERE)
    act(house, start, scenario.publish_everything)
    attempted.patients.update(act(house, start, canaries.plant, numbers=range(PEOPLE)))
    act(house, start, enrol, slug="recall")
    for day in range(12):
        work_through(house, Act(NOON + dt.timedelta(days=day), "test", EVERYWHERE))
    engine.dispose()
    with psycopg.connect(database.owner_url.replace("+psycopg", "", 1)) as connection:
        yield connection


def work_through(house: House, now: Act) -> None:
    """Everything that is due at this time."""
    while act(house, now, advance):
        pass
    while act(house, now, plan, channels=("phone_simulator",)).decided:
        pass
    deliver(house, now, open_channels())


def count(found: Found, what: str, name: str) -> int:
    return getattr(found, what)[name]


def test_each_harm_shows_in_its_own_count(walked: psycopg.Connection, attempted: Attempted) -> None:
    clean = check(walked, attempted, {})
    assert (clean.patients, clean.ended) == (PEOPLE, PEOPLE)
    assert (clean.lost.total(), clean.unexpected.total(), clean.duplicated.total()) == (0, 0, 0)
    for statement, what, name in SABOTAGE:
        walked.rollback()
        # harm that the database itself would refuse
        walked.execute("SET session_replication_role = replica")
        walked.execute(statement)
        assert count(check(walked, attempted, {}), what, name) > 0, statement


def test_what_was_acknowledged_and_is_not_there_is_lost(walked: psycopg.Connection, attempted: Attempted) -> None:
    attempted.acked["answer", min(attempted.patients)] += 1
    attempted.acked["finish", 10**9] += 1
    attempted.patients.add(10**9)
    lost = check(walked, attempted, {}).lost
    assert (lost["answer"], lost["finish"], lost["enrolment"]) == (1, 1, 1)


def test_what_was_not_acknowledged_and_is_there_is_recovered(walked: psycopg.Connection, attempted: Attempted) -> None:
    task = walked.execute("SELECT min(id) FROM task").fetchone()[0]
    done = "UPDATE task SET status = 'completed', completed_at = now(), completed_by = 'test' WHERE id = %s"
    walked.execute(done, [task])
    assert check(walked, attempted, {}).unexpected["finish"] == 1
    attempted.tried["finish", task] += 1
    attempted.tried["answer", min(attempted.patients)] += 1
    found = check(walked, attempted, {})
    assert (found.recovered, found.unexpected.total(), found.lost.total()) == (1, 0, 0)
    assert (found.attempted, found.acked) == (PEOPLE + 2, PEOPLE)


def test_who_was_never_planted_is_unexpected(walked: psycopg.Connection, attempted: Attempted) -> None:
    attempted.patients.remove(min(attempted.patients))
    assert check(walked, attempted, {}).unexpected["enrolment"] == 1


def test_mail_that_left_twice_or_unknown_to_us_is_found(walked: psycopg.Connection, attempted: Attempted) -> None:
    found = check(walked, attempted, {"<one>": 2})
    assert (found.duplicated["sent mail"], found.unexpected["mail"]) == (1, 1)
