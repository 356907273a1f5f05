"""A house with reactions on the test's own database, and a clinic in which journeys can run."""

from collections.abc import Iterator

import pytest

from journeys.foundation.database import WORKER, connect, sessions
from tests.servers import Cluster, Database
from tests.unit.flow.clinic import Clinic, furnish_database


@pytest.fixture(scope="session")
def furnished(cluster: Cluster) -> Iterator[Database]:
    """A furnished house in which nobody works, of which each test gets a copy: copying is quicker than furnishing."""
    made = cluster.new()
    furnish_database(made.url)
    yield made
    cluster.drop(made)


@pytest.fixture
def database(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[Database]:
    """The test's own database: furnished where it has a clinic."""
    has_clinic = "clinic" in request.fixturenames
    own = cluster.copy(request.getfixturevalue("furnished").name) if has_clinic else cluster.new()
    yield own
    cluster.drop(own)


@pytest.fixture
def clinic(database: Database) -> Iterator[Clinic]:
    engine = connect(database.url, WORKER)
    with Clinic.open(sessions(engine)) as opened:
        yield opened
    engine.dispose()
