"""The migrations lead to the tables that the code describes: whoever changes one must write the other."""

import warnings
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import IntegrityError, SAWarning

from journeys.foundation.database import OWNER, connect
from journeys.store import Base
from journeys.store.setting_up.partitions import PARTITIONED
from journeys.store.setting_up.setup import ensure_roles, is_at_head, migrate, prepare
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

AN_ORDER = """
INSERT INTO patient (id) VALUES (1);
INSERT INTO task_queue (id, slug, name) VALUES (1, 'calls', '{}');
INSERT INTO task (queue_id, patient_id, title, outcomes, created_at, focus_kind, focus_id)
VALUES (1, 1, '{}', '[]', now(), 'kept_record', 5)
"""

REPORTS = """
INSERT INTO patient (id) VALUES (1);
INSERT INTO source (id, slug, name) VALUES (1, 'emr', '{}');
INSERT INTO source_record (id, source_id, resource_type, outside_id, hash, raw_sealed) VALUES
    (1, 1, 'DiagnosticReport', 'read', sha256('a'), ''), (2, 1, 'DiagnosticReport', 'unread', sha256('a'), ''),
    (3, 1, 'Observation', 'high', sha256('a'), ''), (4, 1, 'Observation', 'withdrawn', sha256('a'), '');
INSERT INTO diagnostic_report (id, status, patient_id, source_record_id, severity, acknowledged_at, acknowledged_by)
VALUES (1, 'final', 1, 1, 'abnormal', now(), 'user:nina'), (2, 'final', 1, 2, NULL, NULL, NULL);
INSERT INTO observation (status, patient_id, source_record_id, interpretation)
VALUES ('final', 1, 3, 'HH'), ('entered-in-error', 1, 4, 'LL');
INSERT INTO source_link (source_record_id, name, source_id, resource_type, outside_id) VALUES
    (1, 'result', 1, 'Observation', 'high'), (2, 'result', 1, 'Observation', 'withdrawn')
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


def test_orders_get_their_name_also_where_the_owner_is_bound_by_policies(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text(AN_ORDER))
        connection.execute(text("CREATE ROLE bound_owner; GRANT CREATE ON SCHEMA public TO bound_owner"))
        for table in ("task", "clock_escalation"):
            connection.execute(text(f"ALTER TABLE {table} OWNER TO bound_owner"))
        connection.execute(text("SET LOCAL ROLE bound_owner"))
        for statement in import_module("journeys.store.migrations.versions.0074_orders_by_name").STATEMENTS:
            connection.execute(text(statement))
        connection.execute(text("RESET ROLE"))
        assert connection.scalar(text("SELECT focus_kind FROM task")) == "service_request"
        connection.rollback()


def test_reports_of_before_are_as_serious_as_their_findings_and_stay_acknowledged(empty_database: Database) -> None:
    engine = connect(empty_database.owner_url, OWNER)
    with engine.begin() as connection:
        ensure_roles(connection)
        migrate(connection, "0061")
        connection.execute(text(REPORTS))
        migrate(connection, "0067")
        kept = connection.execute(text("SELECT severity, acknowledged_by FROM diagnostic_report ORDER BY id"))
        assert kept.all() == [("critical", "user:nina"), (None, None)]
    engine.dispose()
