"""What statements that are made before their act work out in SQL is what Python says in the act."""

import datetime as dt

import pytest
from sqlalchemy import select, text

from journeys.foundation.act import EVERYWHERE, Act
from journeys.foundation.database import WORKER, connect
from journeys.foundation.later import LATER, day_of, values_of

pytestmark = pytest.mark.store

MIDNIGHT = dt.datetime(2026, 3, 8, tzinfo=dt.UTC)


@pytest.fixture
def engine(database):
    engine = connect(database.url, WORKER)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Kolkata"])
@pytest.mark.parametrize("moment", [MIDNIGHT - dt.timedelta(seconds=1), MIDNIGHT, MIDNIGHT + dt.timedelta(hours=23)])
def test_the_day_of_a_moment_is_that_of_utc(engine, zone, moment):
    with engine.connect() as connection:
        connection.execute(text("SELECT set_config('timezone', :zone, true)"), {"zone": zone})
        values = values_of(Act(moment, "test", EVERYWHERE))
        assert connection.scalar(select(day_of(LATER.now)), values) == day_of(moment)
