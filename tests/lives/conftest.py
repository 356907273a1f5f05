"""A house with the reactions on, on a database of its own."""

import pytest

from journeys.flow.events.react import react
from journeys.foundation import database as databases
from journeys.foundation.acting import House


@pytest.fixture
def house(database):
    engine = databases.connect(database.url, databases.WORKER)
    yield House(databases.sessions(engine), react=react)
    engine.dispose()
