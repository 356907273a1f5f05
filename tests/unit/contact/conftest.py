"""A worker's house on the test's own database."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from journeys.foundation.acting import House
from journeys.foundation.database import WORKER, connect, sessions
from tests.servers import Database


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    engine = connect(database.url, WORKER)
    yield engine
    engine.dispose()


@pytest.fixture
def make(engine: Engine) -> sessionmaker[Session]:
    """Sessions that make what a test needs: `with make.begin() as session`."""
    return sessions(engine)


@pytest.fixture
def rung() -> list[str]:
    """The bells that were rung."""
    return []


@pytest.fixture
def house(make: sessionmaker[Session], rung: list[str]) -> House:
    return House(make, ring=rung.append)


@pytest.fixture
def read(make: sessionmaker[Session]) -> Callable[..., Any]:
    """`read(statement)`: all rows of a SELECT, in a transaction of its own."""

    def read(statement: Any) -> Any:
        with make.begin() as session:
            return session.execute(statement).all()

    return read
