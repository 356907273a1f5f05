"""A connection that the server has ended is replaced before anybody asks it anything; it keeps the statements that ask
for it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from journeys.foundation import database as connections
from tests.servers import Database

pytestmark = pytest.mark.store

WHO = text("SELECT pg_backend_pid()")
END = text("SELECT pg_terminate_backend(:pid, 5000)")
KEPT = text("SELECT statement FROM pg_prepared_statements")
ADDED = text("SELECT 1 + :number")


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    made = connections.connect(database.url, connections.PORTAL, pool_size=1, max_overflow=0)
    yield made
    made.dispose()


def backend(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(WHO).scalar_one()


def end(database: Database, pid: int) -> None:
    owner = connections.connect(database.owner_url, connections.OWNER)
    with owner.connect() as connection:
        assert connection.execute(END, {"pid": pid}).scalar_one()
    owner.dispose()


def test_a_connection_is_used_again_without_being_asked(engine: Engine) -> None:
    assert backend(engine) == backend(engine)


def test_one_that_was_ended_is_seen_by_what_arrived(
    engine: Engine, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = backend(engine)
    end(database, first)
    monkeypatch.setattr(connections, "answers", lambda _connection: pytest.fail("It asked the server"))
    assert backend(engine) != first


def test_one_that_lay_for_long_is_asked(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    first = backend(engine)
    monkeypatch.setattr(connections, "TRUSTED", -1.0)
    assert backend(engine) == first
    monkeypatch.setattr(connections, "answers", lambda _connection: False)
    assert backend(engine) != first


def test_only_statements_that_ask_for_it_are_kept(engine: Engine) -> None:
    for number in range(10):
        with engine.begin() as connection:
            assert connection.execute(ADDED, {"number": number}).scalar_one() == 1 + number
    with engine.begin() as connection:
        assert connection.execute(KEPT).all() == []
        kept = ADDED.execution_options(**connections.PREPARED)
        assert connection.execute(kept, {"number": 1}).scalar_one() == 2
    with engine.begin() as connection:
        assert [row.statement for row in connection.execute(KEPT)] == ["SELECT 1 + $1"]
