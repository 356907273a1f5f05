"""What only the owner of the tables may do: columns, their indexes, and the triggers that watch what they rest on.

Each lock is waited for only shortly, because others queue behind who waits; whoever does not get it tries again later.

What to change stands in a table that the worker may write, who is no owner. So every name is held against what there
can be before it goes into a statement, and quoted in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import cast

from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, Engine, Table, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError

from journeys.criteria.facts.catch_up import LOCK
from journeys.criteria.facts.footprint import can_be_watched
from journeys.criteria.facts.indexing import index_name, index_of, indexes_made, is_indexed
from journeys.criteria.facts.need_columns import NewColumn
from journeys.criteria.facts.summaries import TYPES, Summary, is_name
from journeys.criteria.kinds import CODE, DAY, INSTANT, NUMBER, TEXT, YES_NO
from journeys.foundation.errors import WaymarkError
from journeys.foundation.tables import Base
from journeys.store.facts import FactColumn

SHORTLY = text("SET LOCAL lock_timeout = '400ms'")
PATIENTLY = text("SET LOCAL lock_timeout = '10s'")
COLUMNS = cast(Table, FactColumn.__table__)

PLACES = {kind: place for place, kind in enumerate((INSTANT, DAY, YES_NO, TEXT, NUMBER, CODE))}
"""Narrow columns of one width come first: who reads a column passes all before it, and wide ones are slow to pass."""

WATCHED = text("""
SELECT relation.relname, encode(trigger.tgargs, 'escape') FROM pg_trigger AS trigger
JOIN pg_class AS relation ON relation.oid = trigger.tgrelid
WHERE trigger.tgname = 'marks_facts_changed' AND relation.relname <> 'patient'
""")


class ForeignName(WaymarkError):
    """The list of columns names what nobody who works out needs could have written there."""


@contextmanager
def quietly(engine: Engine) -> Iterator[Connection]:
    """A transaction in which nobody works out facts, and in which locks are waited for shortly."""
    with engine.begin() as connection:
        connection.execute(PATIENTLY)
        connection.execute(LOCK)
        connection.execute(SHORTLY)
        yield connection


def add_columns(engine: Engine, new: Sequence[NewColumn]) -> None:
    """Add columns, and watch what they rest on from the same moment: all of it or nothing."""
    with quietly(engine) as connection:
        add(connection, new)


def add(connection: Connection, new: Sequence[NewColumn]) -> None:
    """The same in a transaction that is open already."""
    for each in sorted(new, key=lambda each: PLACES.get(each.summary.kind, len(PLACES))):
        summary = each.summary
        kind = TYPES[summary.kind].compile(dialect=connection.dialect)
        column = summary_column(connection, summary.name)
        connection.execute(text(f"ALTER TABLE patient_fact ADD COLUMN IF NOT EXISTS {column} {kind}"))
        row = {"name": summary.name, "definition": dict(summary.definition), "reads": each.reads}
        connection.execute(insert(COLUMNS).values(**row, needed_by=each.needed_by).on_conflict_do_nothing())
    watch(connection)


def drop_columns(engine: Engine, names: Iterable[str]) -> None:
    """Drop columns, and watch no longer what nothing rests on."""
    with quietly(engine) as connection:
        unread = COLUMNS.delete().where(COLUMNS.c.name.in_(list(names)), COLUMNS.c.status != "ready")
        for name in connection.scalars(unread.returning(COLUMNS.c.name)).all():
            column = summary_column(connection, name)
            connection.execute(text(f"ALTER TABLE patient_fact DROP COLUMN IF EXISTS {column}"))
        watch(connection)


def watch(connection: Connection) -> None:
    """Let the triggers be those that the columns need."""
    wanted: dict[str, set[str]] = {}
    for reads in connection.scalars(select(COLUMNS.c.reads)):
        for table, columns in reads.items():
            wanted.setdefault(table, set()).update(columns)
    watched = {table: set(arguments.split("\\000")[1:-1]) for table, arguments in connection.execute(WATCHED)}
    for table, columns in wanted.items():
        if watched.get(table) != columns:
            for statement in triggers(*quoted_names(connection, table, sorted(columns))):
                connection.execute(text(statement))
    for table in watched.keys() - wanted.keys():
        quoted = connection.dialect.identifier_preparer.quote(table)
        for name in ("new", "changed", "gone", "emptied"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS marks_facts_{name} ON {quoted}"))


def summary_column(connection: Connection, name: str) -> str:
    """The quoted name of a column for a summary; ForeignName for every other, also of columns that are there."""
    if not is_name(name):
        raise ForeignName(f"No summary has the name {name!r}")
    return connection.dialect.identifier_preparer.quote_identifier(name)


def quoted_names(connection: Connection, table: str, columns: Sequence[str]) -> tuple[str, list[str]]:
    """A table that can be watched and columns of it, quoted; ForeignName when there is no such one."""
    if not can_be_watched(table):
        raise ForeignName(f"The table {table!r} cannot be watched")
    strangers = set(columns) - set(Base.metadata.tables[table].c.keys())
    if strangers:
        raise ForeignName(f"The table {table} has no columns {sorted(strangers)!r}")
    quote = connection.dialect.identifier_preparer.quote
    return quote(table), [quote(column) for column in columns]


def triggers(table: str, columns: Sequence[str]) -> Iterator[str]:
    """The triggers of a table of records, by what is done to its rows; both are quoted already."""
    old, new = "OLD TABLE AS changed_old", "NEW TABLE AS changed_new"
    marks = "FOR EACH STATEMENT EXECUTE FUNCTION mark_facts(patient_id)"
    listed = ", ".join(["patient_id", *columns])
    marks_changed = f"FOR EACH STATEMENT EXECUTE FUNCTION mark_facts({listed})"
    make = "CREATE OR REPLACE TRIGGER marks_facts"
    yield f"{make}_new AFTER INSERT ON {table} REFERENCING {new} {marks}"
    yield f"{make}_changed AFTER UPDATE ON {table} REFERENCING {old} {new} {marks_changed}"
    yield f"{make}_gone AFTER DELETE ON {table} REFERENCING {old} {marks}"
    yield f"{make}_emptied AFTER TRUNCATE ON {table} {marks}"


def index_columns(engine: Engine, summaries: Iterable[Summary]) -> None:
    """Index these columns, without keeping anybody from writing."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for summary in summaries:
            make_index(connection, summary)


def make_index(connection: Connection, summary: Summary) -> None:
    """Give one column the index that it gets today, if any, in place of one from an earlier version.

    It is made beside the other, which rules use until it is there; what was broken off is made anew.
    """
    wanted = index_of(summary, summary_column(connection, summary.name))
    if wanted is None or is_indexed(summary, indexes_made(connection)):
        return
    index = index_name(summary)
    beside = f"{index}_anew"
    connection.execute(text(f"DROP INDEX CONCURRENTLY IF EXISTS {beside}"))
    connection.execute(text(f"CREATE INDEX CONCURRENTLY {beside} ON patient_fact {wanted}"))
    connection.execute(text(f"DROP INDEX CONCURRENTLY IF EXISTS {index}"))
    connection.execute(text(f"ALTER INDEX {beside} RENAME TO {index}"))


def vacuum(engine: Engine) -> None:
    """Make room among the fact rows: filling a column in writes every row anew."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE) patient_fact"))


def has_no_lock(error: OperationalError) -> bool:
    """Whether somebody else held what was needed for too long."""
    return isinstance(error.orig, LockNotAvailable)
