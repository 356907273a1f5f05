"""Counts what became of everything, from plain SQL and the ledgers of the run. It knows the journey, not the engine.

The ledgers say what was attempted: which patients were planted, which answers and outcomes were acknowledged, which
messages the mail server took. Lost is what was attempted and has no effect or no end; duplicated is what has two.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import psycopg

WAYS = re.compile(
    "invite:next (answer:confirm thank:next rest:next"
    "|answer:(decline|other) call:(reached|gone|cancelled|timeout)"
    "|answer:timeout choose:email thank:next rest:next"
    "|answer:timeout choose:otherwise call:(reached|gone|cancelled|timeout)) done:end"
)
"""The ways that the journey allows, as `step:port` in the order of arrival."""

PATHS = """
SELECT enrolment_id, string_agg(step || ':' || port, ' ' ORDER BY visit), array_agg(visit ORDER BY visit),
       array_agg(step) FILTER (WHERE step IN ('invite', 'thank')), array_agg(step) FILTER (WHERE step = 'call')
FROM enrolment_history GROUP BY enrolment_id
"""
UNSETTLED = "SELECT count(*) FROM message WHERE status IN ('planned', 'released', 'sending')"
MESSAGES = "SELECT enrolment_id, step FROM message WHERE direction = 'outbound'"
TASKS = "SELECT enrolment_id, step FROM task"
EVENTS_TWICE = """
SELECT count(*) FROM (
    SELECT 1 FROM event WHERE kind IN ('message.sent', 'message.answered', 'task.created', 'task.completed')
    GROUP BY kind, subject_kind, subject_id HAVING count(*) > 1) AS twice
"""
INBOUND_TWICE = """
SELECT count(*) FROM (SELECT 1 FROM message WHERE direction = 'inbound'
                      GROUP BY patient_id HAVING count(*) > 1) AS twice
"""


@dataclass
class Attempted:
    """What the run did itself, written down as it was acknowledged."""

    patients: set[int] = field(default_factory=set)
    answered: dict[int, str] = field(default_factory=dict)
    """Patient → what they answered."""
    finished: set[int] = field(default_factory=set)
    """Tasks."""


@dataclass
class Found:
    """What came of it. `lost` and `duplicated` count by what was lost and duplicated."""

    attempted: int = 0
    ended: int = 0
    messages: Counter[str] = field(default_factory=Counter)
    tasks: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    duplicated: Counter[str] = field(default_factory=Counter)


def check(connection: psycopg.Connection, attempted: Attempted, mail_taken: Mapping[str, int]) -> Found:
    """Compare the ledgers with the database."""
    found = Found(attempted=len(attempted.patients))
    enrolments = check_enrolments(connection, attempted, found)
    check_paths(connection, enrolments, found)
    check_answers(connection, attempted, found)
    check_mail(connection, mail_taken, found)
    found.lost["unsettled message"] += one(connection, UNSETTLED)
    found.duplicated["event"] += one(connection, EVENTS_TWICE)
    found.duplicated["answer"] += one(connection, INBOUND_TWICE)
    return found


def check_enrolments(connection: psycopg.Connection, attempted: Attempted, found: Found) -> set[int]:
    """Each planted patient has one enrolment, which has ended; the ids of the enrolments."""
    rows = connection.execute("SELECT id, patient_id, ended_at IS NOT NULL FROM enrolment").fetchall()
    per_patient = Counter(patient for _, patient, _ in rows)
    found.ended = sum(1 for _, _, has_ended in rows if has_ended)
    found.lost["enrolment"] += len(attempted.patients - per_patient.keys())
    found.lost["end"] += len(rows) - found.ended
    found.duplicated["enrolment"] += sum(count - 1 for count in per_patient.values())
    return {enrolment for enrolment, _, _ in rows}


def check_paths(connection: psycopg.Connection, enrolments: Collection[int], found: Found) -> None:
    """Each way is one that the journey allows, without a gap; it has just the messages and tasks that it asks for."""
    asked_messages: Counter[tuple[int, str]] = Counter()
    asked_tasks: Counter[tuple[int, str]] = Counter()
    walked = connection.execute(PATHS).fetchall()
    found.lost["history"] += len(set(enrolments) - {row[0] for row in walked})
    for enrolment, path, visits, messages, tasks in walked:
        found.duplicated["step"] += len(visits) - len(set(visits))
        found.lost["step"] += 0 if WAYS.fullmatch(path) and visits == list(range(1, len(visits) + 1)) else 1
        asked_messages.update((enrolment, step) for step in messages or ())
        asked_tasks.update((enrolment, step) for step in tasks or ())
    compare("message", asked_messages, Counter(connection.execute(MESSAGES).fetchall()), found)
    tasks_made = Counter(connection.execute(TASKS).fetchall())
    compare("task", asked_tasks, tasks_made, found)
    found.tasks = tasks_made.total()


def compare(what: str, asked: Counter, made: Counter, found: Found) -> None:
    """What was asked for and not made is lost; what was made more often than asked is duplicated."""
    found.lost[what] += (asked - made).total()
    found.duplicated[what] += (made - asked).total()


def check_answers(connection: psycopg.Connection, attempted: Attempted, found: Found) -> None:
    """Each acknowledged answer and outcome is there."""
    answered = {row[0] for row in connection.execute("SELECT patient_id FROM message WHERE direction = 'inbound'")}
    done = {row[0] for row in connection.execute("SELECT id FROM task WHERE status = 'completed'")}
    found.lost["answer"] += len(attempted.answered.keys() - answered)
    found.lost["outcome"] += len(attempted.finished - done)


def check_mail(connection: psycopg.Connection, taken: Mapping[str, int], found: Found) -> None:
    """No message left twice; each that is said to have left did; what left and is not known to have is held."""
    rows = connection.execute(
        "SELECT channel, status, provider_reference FROM message WHERE direction = 'outbound'"
    ).fetchall()
    found.messages.update(f"{channel or 'none'} {status}" for channel, status, _ in rows)
    accepted = {reference for channel, status, reference in rows if channel == "email" and status == "accepted"}
    found.lost["sent mail"] += len(accepted - taken.keys())
    found.duplicated["sent mail"] += sum(count - 1 for count in taken.values())
    held = found.messages["email unknown"]
    found.duplicated["mail nobody knows of"] += max(0, len(taken.keys() - accepted) - held)


def one(connection: psycopg.Connection, statement: str) -> int:
    """The one number that a statement gives."""
    row = connection.execute(statement).fetchone()
    return 0 if row is None else int(row[0])
