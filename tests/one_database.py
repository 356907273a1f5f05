"""Fixtures of a database that the tests of one file share: each test's writing is undone at its end."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from journeys.foundation import database as connections
from tests.servers import Cluster


@pytest.fixture(scope="module")
def engine(cluster: Cluster) -> Iterator[Engine]:
    fresh = cluster.new()
    engine = connections.connect(fresh.url, connections.WORKER)
    yield engine
    engine.dispose()
    cluster.drop(fresh)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session
        session.rollback()
