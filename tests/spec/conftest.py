"""A database in which expressions are evaluated that read no table."""

import pytest

from journeys.foundation.database import WORKER, connect


@pytest.fixture(scope="module")
def connection(cluster):
    database = cluster.new()
    engine = connect(database.url, WORKER)
    with engine.connect() as open_connection:
        yield open_connection
    engine.dispose()
    cluster.drop(database)
