"""A house with reactions on the test's own database, and a clinic in which journeys can run."""

from collections.abc import Iterator

import pytest

from journeys.foundation.database import WORKER, connect, sessions
from tests.servers import Database
from tests.unit.flow.clinic import Clinic


@pytest.fixture
def clinic(database: Database) -> Iterator[Clinic]:
    engine = connect(database.url, WORKER)
    with Clinic.open(sessions(engine)) as opened:
        yield opened
    engine.dispose()
