"""A database whose owner may add columns inside a transaction that each test undoes."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from journeys.foundation import database as connections
from journeys.foundation.zones import ensure_zones
from tests.servers import Cluster
from tests.unit.criteria import histories


@pytest.fixture(scope="module")
def owner(cluster: Cluster) -> Iterator[Engine]:
    fresh = cluster.new()
    engine = connections.connect(fresh.owner_url, connections.OWNER)
    with Session(engine) as session, session.begin():
        ensure_zones(session, [zone for zone in histories.ZONES if zone])
    yield engine
    engine.dispose()
    cluster.drop(fresh)
