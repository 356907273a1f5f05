"""Columns of fact rows have the index of today, also those that an earlier version indexed; nobody waits for it."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from journeys.criteria.facts.columns import make_index
from journeys.criteria.facts.indexing import index_name, indexes_made, is_indexed
from journeys.criteria.facts.summaries import EVER, LAST, NEXT, TYPES, Summary
from journeys.criteria.kinds import CODE, DAY, INSTANT, NUMBER, YES_NO
from journeys.foundation import database as connections
from tests.servers import Database

pytestmark = pytest.mark.store

FACTS: list[dict[str, Any]] = [
    {"field": "custom.something", "of": {}, "kind": kind} for kind in (CODE, DAY, INSTANT, NUMBER, YES_NO)
]
RECORDS: list[dict[str, Any]] = [
    {"happened": "appointment", "where": [], "way": way, "number": number}
    for way, number in ((EVER, 1), (LAST, 1), (LAST, 2), (NEXT, 1))
]
SUMMARIES = [Summary(each) for each in FACTS + RECORDS]
VISIT = Summary(RECORDS[1])
NARROW = f"CREATE INDEX {index_name(VISIT)} ON patient_fact ({VISIT.name})"
BESIDE = f"CREATE INDEX {index_name(VISIT)}_anew ON patient_fact ({VISIT.name}, zone)"
BROKEN = f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{index_name(VISIT)}'::regclass"


@pytest.fixture
def owner(database: Database) -> Iterator[Connection]:
    """Who owns the tables, with a column for each summary."""
    engine = connections.connect(database.owner_url, connections.OWNER)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for each in SUMMARIES:
            kind = TYPES[each.kind].compile(dialect=connection.dialect)
            connection.execute(text(f"ALTER TABLE patient_fact ADD COLUMN {each.name} {kind}"))
        yield connection
    engine.dispose()


def ours(connection: Connection) -> dict[str, str]:
    """The indexes of the visit's column."""
    return {name: made for name, made in indexes_made(connection).items() if VISIT.name in name}


@pytest.mark.parametrize("summary", SUMMARIES, ids=lambda each: str(list(each.definition.values())[-2:]))
def test_every_kind_of_index_reads_back_as_it_was_wanted(summary: Summary, owner: Connection) -> None:
    assert not is_indexed(summary, indexes_made(owner))
    make_index(owner, summary)
    assert is_indexed(summary, indexes_made(owner))


@pytest.mark.parametrize(
    "left", [[], [NARROW], [NARROW, BESIDE], [BESIDE], [NARROW, BROKEN]], ids=["none", "old", "both", "new", "broken"]
)
def test_whatever_was_left_behind_the_index_of_today_takes_its_place(left: list[str], owner: Connection) -> None:
    for statement in left:
        owner.execute(text(statement))
    make_index(owner, VISIT)
    assert ours(owner) == {index_name(VISIT): f"({VISIT.name}, zone)"}


def test_nobody_is_kept_from_writing_and_rules_always_have_an_index(owner: Connection) -> None:
    owner.execute(text(NARROW))
    had: list[int] = []
    statements: list[str] = []

    def before(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        if statement.startswith(("CREATE", "DROP", "ALTER")):
            statements.append(statement)
            had.append(len(ours(owner)))

    event.listen(owner, "before_cursor_execute", before)
    make_index(owner, VISIT)
    make_index(owner, VISIT)
    event.remove(owner, "before_cursor_execute", before)
    assert min(had) == 1
    assert len(statements) == 4, statements
    assert all("CONCURRENTLY" in each or "RENAME" in each for each in statements)
