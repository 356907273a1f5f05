"""Counts what became of everything, from plain SQL and the ledgers of the run. It knows the journey, not the engine.

The ledgers say what was attempted: which patients were planted, which answers and outcomes were tried and acknowledged,
which messages the mail server took. Lost is what was acknowledged and has no effect or no end; duplicated is what has
two; unexpected has an effect and was never attempted; recovered was not acknowledged and has its effect all the same.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import psycopg

from tests.faults.said import Key

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
SAID = {
    "answer": "SELECT patient_id FROM message WHERE direction = 'inbound'",
    "finish": "SELECT id FROM task WHERE status = 'completed'",
}
"""Where what was said can be seen, by its kind: the number of a patient, that of a task."""

UNSETTLED = "SELECT count(*) FROM message WHERE status IN ('planned', 'released', 'sending')"
MESSAGES = "SELECT enrolment_id, step FROM message WHERE direction = 'outbound'"
TASKS = "SELECT enrolment_id, step FROM task WHERE enrolment_id IS NOT NULL"
UNKNOWN = "SELECT id FROM message WHERE status = 'unknown' AND direction = 'outbound'"
ASKED_ABOUT = (
    "SELECT focus_id FROM task WHERE enrolment_id IS NULL AND focus_kind = 'message' AND status <> 'cancelled'"
)
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
    """What the run did itself: whom it planted, and by kind and number what it tried and what was acknowledged."""

    patients: set[int] = field(default_factory=set)
    tried: Counter[Key] = field(default_factory=Counter)
    acked: Counter[Key] = field(default_factory=Counter)


@dataclass
class Found:
    """What came of it. `lost`, `unexpected` and `duplicated` count by what it was."""

    attempted: int = 0
    acked: int = 0
    recovered: int = 0
    patients: int = 0
    ended: int = 0
    messages: Counter[str] = field(default_factory=Counter)
    tasks: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    unexpected: Counter[str] = field(default_factory=Counter)
    duplicated: Counter[str] = field(default_factory=Counter)


def check(connection: psycopg.Connection, attempted: Attempted, mail_taken: Mapping[str, int]) -> Found:
    """Compare the ledgers with the database."""
    planted = len(attempted.patients)
    found = Found(patients=planted, attempted=planted + attempted.tried.total())
    found.acked = planted + attempted.acked.total()
    enrolments = check_enrolments(connection, attempted, found)
    check_paths(connection, enrolments, found)
    check_said(connection, attempted, found)
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
    found.unexpected["enrolment"] += len(per_patient.keys() - attempted.patients)
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


def check_said(connection: psycopg.Connection, attempted: Attempted, found: Found) -> None:
    """Each acknowledged answer and outcome is there, and none that nobody tried."""
    there: set[Key] = set()
    for kind, statement in SAID.items():
        there |= {(kind, row[0]) for row in connection.execute(statement)}
        found.lost[kind] += sum(1 for key in attempted.acked.keys() - there if key[0] == kind)
        found.unexpected[kind] += sum(1 for key in there - attempted.tried.keys() if key[0] == kind)
    unheard = attempted.tried - attempted.acked
    found.recovered = sum(count for key, count in unheard.items() if key in there)


def check_mail(connection: psycopg.Connection, taken: Mapping[str, int], found: Found) -> None:
    """No message left twice; each that is said to have left did; what left and is not known to have is held, and
    somebody is asked about it, once."""
    rows = connection.execute(
        "SELECT channel, status, provider_reference FROM message WHERE direction = 'outbound'"
    ).fetchall()
    found.messages.update(f"{channel or 'none'} {status}" for channel, status, _ in rows)
    accepted = {reference for channel, status, reference in rows if channel == "email" and status == "accepted"}
    found.lost["sent mail"] += len(accepted - taken.keys())
    found.duplicated["sent mail"] += sum(count - 1 for count in taken.values())
    held = found.messages["email unknown"]
    found.unexpected["mail"] += max(0, len(taken.keys() - accepted) - held)
    compare("question", Counter(connection.execute(UNKNOWN)), Counter(connection.execute(ASKED_ABOUT)), found)


def one(connection: psycopg.Connection, statement: str) -> int:
    """The one number that a statement gives."""
    row = connection.execute(statement).fetchone()
    return 0 if row is None else int(row[0])
