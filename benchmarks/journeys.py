"""The compiler at a hundred thousand and at a million due enrolments of the reference journey.

    wait elapsed → branch on a field → message planned → end; about 3.4 steps each

(a) steps a processor second of one worker against bare: `INSERT … SELECT` of the very rows that the worker wrote (one
history row for each step, messages, events), from copies, into the same tables with the same indexes, and one plain
UPDATE of the state, in as many transactions. The worker claims, decides and audits besides. `of-bare-without-events`
leaves the events out of bare, not out of the worker's work. The rows are those of the reference executor, which walks
the same enrolments step by step.

(c) what a step costs at PATIENTS against a tenth of them.

(d) two workers, each with half of the lanes, against one, by the clock: it says something only while the machine has a
processor to give to each of them and to the server.

Consent, quiet hours and caps are judged when a message is released, by `contact.deciding.plan`, in statements of their
own; `plan.messages-a-processor-second` tells what that takes.

(b) engines that keep every step, each in an environment of its own: `benchmarks.journeys_peers`. They take far fewer
enrolments and write the same rows; compared is what one step costs.

Eight workers leave the rows that one leaves, in order. Caps are not measured here: `tests/unit/contact/test_races.py`.

PATIENTS in the environment is how many there are: a million, unless it says otherwise.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from benchmarks.advance import JOURNEY, SEGMENT, count, execute, step_by_step
from benchmarks.base import a_cluster, an_engine, analyse, median_ratio, medians, paired, seconds
from benchmarks.journeys_peers import against_peers
from benchmarks.population import MILLION, make_people
from journeys.contact.deciding.plan import plan
from journeys.flow.events.react import react
from journeys.flow.publishing.publish import publish
from journeys.flow.running.advance import CLAIM, advance
from journeys.foundation import database
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version
from tests.figures import Figure, at_least, at_most, exactly, told
from tests.make import NOON, an_act, template

PATIENTS = int(os.environ.get("PATIENTS", MILLION))
FEWER = PATIENTS // 10
WALKED_BY_BOTH = 5_000
PLANNED = 10_000
DUE = NOON + timedelta(hours=2)

LEAST_OF_BARE = 0.7
MOST_GROWTH = 1.2
LEAST_OF_ONE_WORKER = 1.6

WRITTEN = ("enrolment_history", "message", "event")
ENROLLED = """
INSERT INTO enrolment (patient_id, lane, definition_id, version_id, step, entered_at, entered_by, step_entered_at,
                       waiting_since, due_at)
SELECT id, lane, :definition, :version, 'pause', CAST(:now AS timestamptz), 'benchmark', :now, :now,
       CAST(:now AS timestamptz) + interval '1 hour'
FROM patient ORDER BY id
"""
ENDS = """
UPDATE enrolment SET step = NULL, visit = written.visit, step_entered_at = :now, due_at = NULL, status = 'completed',
    waiting_since = written.waiting_since, ended_at = :now, ended_reason = 'finished'
FROM written_enrolment AS written WHERE written.id = enrolment.id AND enrolment.id BETWEEN :first AND :last
"""
MANY_WORKERS = 8
OUT_OF_ORDER = """(
    SELECT visit - lag(visit) OVER (PARTITION BY enrolment_id ORDER BY id) AS further FROM enrolment_history
) AS step WHERE further <> 1"""
ROWS = (
    "SELECT patient_id, status, step, stage, visit, step_entered_at, due_at, waits_for, waiting_since, woken_by,"
    " woken_kind, answer, exit_port, ended_at, ended_reason FROM enrolment",
    "SELECT patient_id, step, stage, visit, port, entered_at, left_at, woken_by, act FROM enrolment_history",
    "SELECT patient_id, lane, status, purpose, step, visit, template_version_id, planned_at FROM message",
    "SELECT patient_id, lane, recorded_at, at, kind, subject_kind, code, outcome, caused_by FROM event",
)


def figures() -> Iterator[Figure]:
    """(a) and (c), then (d)."""
    with a_cluster({"shared_buffers": "2GB", "max_wal_size": "8GB"}) as cluster:
        with an_engine(cluster) as engine:
            make_world(engine, WALKED_BY_BOTH)
            yield exactly("journeys.rows-other-than-the-reference-executors", other_rows(engine), 0)
        with an_engine(cluster) as engine:
            make_world(engine, FEWER)
            few = yield from against_bare(engine, "fewer")
            yield from eight_workers(engine)
        with an_engine(cluster) as engine:
            make_world(engine, PATIENTS)
            many = yield from against_bare(engine, "all")
            yield at_most("journeys.growth", many / few, MOST_GROWTH)
            yield from two_workers(engine)
            yield told("journeys.plan.messages-a-processor-second", planned(engine))
            begin_again(engine)
            yield from against_peers(engine, many)


def make_world(engine: Engine, people: int) -> None:
    """So many patients, all in the journey, all due."""
    make_people(engine, people, NOON)
    with Session(engine) as session, session.begin():
        template(session)
        write_version(session, an_act(), save_draft(session, an_act(), "segment", "everybody", {"en": "-"}, SEGMENT))
        definition = save_draft(session, an_act(), "journey", "benchmark", {"en": "-"}, JOURNEY)
        version = publish(session, an_act(), slug="benchmark")
        values = {"definition": definition.id, "version": version.id, "now": NOON}
        session.execute(text(ENROLLED), values)
    execute(engine, "CREATE TABLE start_of_enrolment AS SELECT * FROM enrolment")


def begin_again(engine: Engine) -> None:
    """Everybody stands at the start, and nothing is written."""
    execute(engine, f"TRUNCATE enrolment, {', '.join(WRITTEN)} CASCADE")
    execute(engine, "INSERT INTO enrolment OVERRIDING SYSTEM VALUE SELECT * FROM start_of_enrolment ORDER BY id")
    analyse(engine)


def walk_all(engine: Engine) -> None:
    """Advance until nothing is due."""
    house = House(database.sessions(engine), react)
    while act(house, Act(DUE, "benchmark", EVERYWHERE), advance):
        pass


def other_rows(engine: Engine) -> int:
    """How many rows the compiler writes that the reference executor does not, and the other way round."""
    with step_by_step():
        begin_again(engine)
        walk_all(engine)
    for number, rows in enumerate(ROWS):
        execute(engine, f"CREATE TABLE reference_{number} AS {rows}")
    begin_again(engine)
    walk_all(engine)
    return sum(difference(engine, rows, f"TABLE reference_{number}") for number, rows in enumerate(ROWS))


def difference(engine: Engine, one: str, other: str) -> int:
    """How many rows only one of two queries gives."""
    return sum(
        count(engine, f"({first} EXCEPT ALL {second}) AS only_one")
        for first, second in ((f"({one})", f"({other})"), (f"({other})", f"({one})"))
    )


def against_bare(engine: Engine, name: str) -> Iterator[Figure]:
    """(a); returns what a step costs."""
    begin_again(engine)
    walk_all(engine)
    for table in ("enrolment", *WRITTEN):
        execute(engine, f"CREATE TABLE written_{table} AS SELECT * FROM {table} ORDER BY id")
        if table != "enrolment":
            execute(engine, f"CREATE INDEX ON written_{table} ({'subject_id' if table == 'event' else 'enrolment_id'})")
    execute(engine, "CREATE UNIQUE INDEX ON written_enrolment (id)")
    steps = count(engine, "enrolment_history")
    pairs = paired(lambda: timed(engine, walk_all), lambda: timed(engine, write_all))
    without = paired(lambda: timed(engine, walk_all), lambda: timed(engine, partial(write_all, events=False)), 1)
    ours, bare = medians(pairs)
    yield told(f"journeys.{name}.steps", steps)
    yield told(f"journeys.{name}.steps-a-processor-second", steps / ours)
    yield told(f"journeys.{name}.steps-a-processor-second.bare", steps / bare)
    yield at_least(f"journeys.{name}.part-of-bare", 1 / median_ratio(pairs), LEAST_OF_BARE)
    yield told(f"journeys.{name}.part-of-bare-without-events", 1 / median_ratio(without))
    return ours / steps


def timed(engine: Engine, work: Callable[[Engine], None]) -> float:
    """The seconds of one side."""
    begin_again(engine)
    return seconds(lambda: work(engine))


def write_all(engine: Engine, events: bool = True) -> None:
    """The same rows, claim by claim, each a transaction."""
    tables = {"enrolment_history": "enrolment_id", "message": "enrolment_id"}
    tables |= {"event": "subject_id"} if events else {}
    with engine.connect() as connection:
        first, last = connection.execute(text("SELECT min(id), max(id) FROM enrolment")).one()
        connection.rollback()
        for begin in range(first, last + 1, CLAIM):
            part = {"first": begin, "last": begin + CLAIM - 1, "now": DUE}
            with connection.begin():
                connection.execute(text(ENDS), part)
                for table, key in tables.items():
                    copy = f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM written_{table}"
                    connection.execute(text(f"{copy} WHERE {key} BETWEEN :first AND :last"), part)


def eight_workers(engine: Engine) -> Iterator[Figure]:
    """Eight workers at once leave what one has left, and nobody takes a step before the one that comes before it."""
    clocked(engine, MANY_WORKERS)
    moved = "SELECT enrolment_id, step, visit, port, left_at FROM {}enrolment_history"
    sent = "SELECT patient_id, enrolment_id, step, visit, purpose FROM {}message"
    others = sum(difference(engine, rows.format(""), rows.format("written_")) for rows in (moved, sent))
    yield exactly("journeys.eight-workers.rows-other-than-one-workers", others, 0)
    yield exactly("journeys.eight-workers.out-of-order", count(engine, OUT_OF_ORDER), 0)


def two_workers(engine: Engine) -> Iterator[Figure]:
    """(d)"""
    one, two = (clocked(engine, shares) for shares in (1, 2))
    yield told("journeys.one-worker.seconds", one)
    yield told("journeys.two-workers.seconds", two)
    yield at_least("journeys.two-workers-of-one", one / two, LEAST_OF_ONE_WORKER)


def clocked(engine: Engine, shares: int) -> float:
    """The seconds by the clock from when the first of so many workers begins until the last has ended."""
    begin_again(engine)
    url = engine.url.render_as_string(hide_password=False)
    module = "benchmarks.journeys_worker"
    commands = [[sys.executable, "-m", module, url, DUE.isoformat(), str(each), str(shares)] for each in range(shares)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for command in commands]
    told_by = [worker.communicate()[0].split() for worker in started]
    assert not any(worker.returncode for worker in started)
    return max(float(end) for _, end in told_by) - min(float(begin) for begin, _ in told_by)


def planned(engine: Engine) -> float:
    """How many messages are judged in a processor second, by every rule."""
    house = House(database.sessions(engine), react)
    judged = 0

    def judge() -> None:
        nonlocal judged
        while judged < PLANNED:
            found = act(house, Act(DUE, "benchmark", EVERYWHERE), plan).decided
            judged += found
            if not found:
                break

    taken = seconds(judge)
    return judged / taken
