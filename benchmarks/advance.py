"""The reference executor: 20,000 enrolments walk wait, branch, message, end; about 3.8 steps each.

Bare is the same work with no engine: `INSERT … SELECT` of the very rows that the executor wrote (history, messages,
events), from copies, into the same tables with the same indexes, and a plain UPDATE of the enrolments for each step, in
as many transactions. The executor decides besides: it claims, asks for exits, evaluates a rule, keeps each decision.

Goals. `../shared/reference/performance.md` saw 0.28 of bare for one statement per node, without kept decisions, events
and reactions, and 0.59 for fused statements. This executor goes node by node, with a handful of statements a step: 0.2
of bare is asked of it, and the rest is left to the compiler. The number of statements is the same for 20 and for 20,000
enrolments: law 4.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from benchmarks.base import a_cluster, an_engine, analyse, counted_statements, median_ratio, medians, paired, seconds
from journeys.flow.entry.enrol import enrol
from journeys.flow.events.react import react
from journeys.flow.publishing.publish import publish
from journeys.flow.running.advance import advance
from journeys.flow.running.executing import run_step
from journeys.foundation import database
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.foundation.zones import ensure_zones
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version
from tests.figures import Figure, at_least, exactly, told
from tests.make import NOON, an_act, template

MANY = 20_000
FEW = 20
LEAST_OF_BARE = 0.2
DUE = NOON + timedelta(hours=2)

PEOPLE = """
INSERT INTO patient (birth_date, language, time_zone)
SELECT date '1970-01-01', CASE WHEN n % 5 = 0 THEN 'es' ELSE 'en' END, 'America/New_York'
FROM generate_series(1, :people) AS n
"""
SEGMENT = {
    "format": 1,
    "name": {"en": "Everybody"},
    "rule": {"all": [{"field": "age", "is": "at_least", "value": 18}]},
}
SPEAKS_ENGLISH = {"all": [{"field": "language", "is": "is", "value": "en"}]}


def step(kind: str, config: dict, **ways: str) -> dict:
    return {"type": kind, "name": {"en": kind}, "config": config, "next": ways}


JOURNEY = {
    "format": 1,
    "name": {"en": "Benchmark"},
    "purpose": "care",
    "entry": {"segment": "everybody"},
    "reentry": {"allowed": "never"},
    "start": "pause",
    "goals": [],
    "exits": [],
    "steps": {
        "pause": step("wait", {"for": {"hours": 1}}, next="choose"),
        "choose": step(
            "branch", {"branches": [{"port": "english", "rule": SPEAKS_ENGLISH}]}, english="invite", otherwise="done"
        ),
        "invite": step("send_message", {"template": "recall"}, next="done"),
        "done": step("end", {"reason": "finished"}),
    },
}

WRITTEN = ("enrolment_history", "message", "event")
ONE_STEP = """
UPDATE enrolment SET visit = visit + 1, step_entered_at = :now, due_at = :now, exit_port = NULL
WHERE id BETWEEN :first AND :last
"""
LAST_STEP = """
UPDATE enrolment SET step = NULL, due_at = NULL, status = 'completed', ended_at = :now, ended_reason = 'finished'
WHERE id BETWEEN :first AND :last
"""
CLAIM = 5_000
STEPS = 4


def figures() -> Iterator[Figure]:
    """How many statements, how many steps a second, and what part of bare that is."""
    with a_cluster() as cluster:
        with an_engine(cluster) as engine:
            few = statements_of_a_walk(engine, FEW)
        with an_engine(cluster) as engine:
            many = statements_of_a_walk(engine, MANY)
            keep_what_was_written(engine)
            steps = count(engine, "enrolment_history")
            pairs = paired(lambda: walk(engine), lambda: walk_bare(engine))
    yield told("advance.statements.few", few)
    yield exactly("advance.statements.many", many, few)
    ours, bare = medians(pairs)
    yield told("advance.steps", steps)
    yield told("advance.steps-a-processor-second", steps / ours)
    yield told("advance.steps-a-processor-second.bare", steps / bare)
    yield at_least("advance.part-of-bare", 1 / median_ratio(pairs), LEAST_OF_BARE)


def house_of(engine: Engine) -> House:
    return House(database.sessions(engine), react)


def statements_of_a_walk(engine: Engine, people: int) -> int:
    """Make so many people, enrol them, keep their start, and walk them in claims that take all at once."""
    with Session(engine) as session, session.begin():
        ensure_zones(session, ["America/New_York", "UTC"])
        session.execute(text(PEOPLE), {"people": people})
        template(session)
        write_version(session, an_act(), save_draft(session, an_act(), "segment", "everybody", {"en": "-"}, SEGMENT))
        save_draft(session, an_act(), "journey", "benchmark", {"en": "-"}, JOURNEY)
        publish(session, an_act(), slug="benchmark")
    act(house_of(engine), an_act(), enrol, slug="benchmark")
    execute(engine, "CREATE TABLE start_of_enrolment AS SELECT * FROM enrolment")
    begin_again(engine)
    with counted_statements(engine) as statements:
        advance_all(engine, limit=people)
    return len(statements)


def begin_again(engine: Engine) -> None:
    """Everybody stands at the start, and nothing is written."""
    execute(engine, f"TRUNCATE enrolment, {', '.join(WRITTEN)} CASCADE")
    execute(engine, "INSERT INTO enrolment OVERRIDING SYSTEM VALUE SELECT * FROM start_of_enrolment ORDER BY id")
    analyse(engine)


def advance_all(engine: Engine, limit: int = CLAIM) -> None:
    """Advance step by step until nothing is due."""
    house = house_of(engine)
    with step_by_step():
        while act(house, Act(DUE, "benchmark", EVERYWHERE), advance, limit=limit):
            pass


@contextmanager
def step_by_step() -> Iterator[None]:
    """The reference executor alone."""
    with patch("journeys.flow.running.advance.run_fused", run_step):
        yield


def keep_what_was_written(engine: Engine) -> None:
    """Copies of the rows, for the bare side to write."""
    for table in WRITTEN:
        execute(engine, f"CREATE TABLE written_{table} AS SELECT * FROM {table} ORDER BY id")


def walk(engine: Engine) -> float:
    """The seconds of the executor."""
    begin_again(engine)
    return seconds(lambda: advance_all(engine))


def walk_bare(engine: Engine) -> float:
    """The seconds of writing the same rows."""
    begin_again(engine)
    return seconds(lambda: write_all(engine))


def write_all(engine: Engine) -> None:
    """Claim by claim and step by step, each a transaction."""
    with engine.connect() as connection:
        first, last = connection.execute(text("SELECT min(id), max(id) FROM enrolment")).one()
        connection.rollback()
        for begin in range(first, last + 1, CLAIM):
            for visit in range(1, STEPS + 1):
                with connection.begin():
                    write_step(connection, visit, {"first": begin, "last": begin + CLAIM - 1, "now": DUE})


def write_step(connection, visit: int, part: dict) -> None:
    """The history of one step; with the third the messages, with the last the events."""
    connection.execute(
        text(
            "INSERT INTO enrolment_history SELECT * FROM written_enrolment_history"
            " WHERE enrolment_id BETWEEN :first AND :last AND visit = :visit"
        ),
        part | {"visit": visit},
    )
    connection.execute(text(LAST_STEP if visit == STEPS else ONE_STEP), part)
    for table in {3: ("message",), STEPS: ("event",)}.get(visit, ()):
        copy = f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM written_{table}"
        connection.execute(text(f"{copy} WHERE enrolment_id BETWEEN :first AND :last"), part)


def count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def execute(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))
