"""The migrations lead to the tables that the code describes: whoever changes one must write the other."""

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import IntegrityError, SAWarning

from journeys.foundation.database import OWNER, connect
from journeys.store import Base
from journeys.store.partitions import PARTITIONED
from journeys.store.setup import ensure_roles, is_at_head, migrate, prepare
from tests.servers import Database

pytestmark = pytest.mark.store

A_QUESTION = """
WITH journey AS (
    INSERT INTO definition (uid, kind, slug, name, status, changed_at, changed_by)
    VALUES (gen_random_uuid(), 'journey', 'recall', '{}', 'draft', now(), 'user:carl')
    RETURNING id
)
INSERT INTO journey_review
    (definition_id, asked_at, asked_by, fingerprint, judged_by, expires_at, entering, most_a_day)
SELECT id, now(), 'user:carl', 'abc', '{"draft": "x"}', now(), 3, 10 FROM journey
"""


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    """The database as its owner sees it."""
    owner = connect(database.owner_url, OWNER)
    yield owner
    owner.dispose()


def is_compared(thing: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
    """Everything but the monthly partitions, which follow their tables."""
    is_partition = kind == "table" and any(str(name).startswith(f"{table}_") for table in PARTITIONED)
    return not (is_partition and reflected)


def test_the_migrations_make_the_tables_that_the_code_describes(engine: Engine) -> None:
    with engine.connect() as connection, warnings.catch_warnings():
        # the type xid8 is unknown to SQLAlchemy's reflection
        warnings.simplefilter("ignore", SAWarning)
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": is_compared})
        differences = compare_metadata(context, Base.metadata)
    assert differences == []


def test_preparing_twice_changes_nothing(database: Database, engine: Engine) -> None:
    before = sorted(inspect(engine).get_table_names())
    prepare(database.owner_url)
    assert sorted(inspect(engine).get_table_names()) == before
    assert is_at_head(engine)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM definition_version",
        "UPDATE definition_version SET number = 2",
        "DELETE FROM value_set_code",
        "UPDATE value_set_code SET code = 'x'",
    ],
)
def test_a_published_version_never_changes_not_even_for_the_owner(engine: Engine, change: str) -> None:
    with pytest.raises(IntegrityError, match="never changes"), engine.begin() as connection:
        connection.execute(text(change))


def test_questions_about_journeys_moved_into_the_table_of_all(empty_database: Database) -> None:
    engine = connect(empty_database.owner_url, OWNER)
    with engine.begin() as connection:
        ensure_roles(connection)
        migrate(connection, "0036")
        connection.execute(text(A_QUESTION))
    prepare(empty_database.owner_url)
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT asked_by, judged_by, entering, most_a_day FROM definition_review"))
        assert kept.one() == ("user:carl", {"draft": "x"}, 3, 10)
    assert "journey_review" not in inspect(engine).get_table_names()
    engine.dispose()
