"""The daily job removes by the rules, and one table that fails does not hold the others up."""

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from config import Settings
from journeys.foundation.database import OWNER, connect
from journeys.worker import performing
from journeys.worker.assembling import make_workshop
from journeys.worker.jobs import JOBS
from journeys.worker.workshop import Workshop
from tests import make
from tests.make import NOON

LONG_AGO = dt.datetime(2015, 3, 3, tzinfo=dt.UTC)
RULE = text("INSERT INTO retention_rule VALUES (:name, :months, :at, 'test', 1)")
DELIVERY = text(
    "INSERT INTO inbound_delivery (source, outside_id, received_at, status, raw_sealed)"
    " VALUES (:source, '1', :at, 'applied', '')"
)


@pytest.fixture
def shop(settings: Settings) -> Iterator[Workshop]:
    made = make_workshop(settings, lambda: NOON, JOBS)
    performing.use(made)
    yield made
    made.engine.dispose()
    made.bell.connection.close()


@pytest.fixture
def session(shop: Workshop) -> Iterator[Session]:
    """With one old message and two old deliveries, of which one says that a list was brought."""
    with shop.house.sessions() as session:
        with session.begin():
            make.message(session, make.person(session), None, status="held", reasons=["x"], planned_at=LONG_AGO)
            for source in ("sms", "list:recall"):
                session.execute(DELIVERY, {"source": source, "at": LONG_AGO})
            for name, months in (("message", 72), ("inbound_delivery", 13)):
                session.execute(RULE, {"name": name, "months": months, "at": LONG_AGO})
        yield session


def left(session: Session) -> tuple[int, list[str]]:
    """How many messages, and the sources of deliveries."""
    with session.begin():
        messages = session.scalar(text("SELECT count(*) FROM message"))
        return messages, list(session.scalars(text("SELECT source FROM inbound_delivery")))


def test_the_job_removes_what_is_old_and_not_needed(shop: Workshop, session: Session) -> None:
    performing.perform("retention")
    assert left(session) == (0, ["list:recall"])
    with session.begin():
        runs = session.execute(text("SELECT table_name, removed, kept FROM retention_run ORDER BY id")).all()
    assert [tuple(run) for run in runs] == [("message", 1, {}), ("inbound_delivery", 1, {"lists": 1})]


def test_a_table_that_fails_says_so_and_the_others_are_done(
    shop: Workshop, session: Session, settings: Settings
) -> None:
    owner = connect(settings.database_url, OWNER)
    with owner.begin() as connection:
        connection.execute(text("REVOKE DELETE ON message FROM waymark_keeper"))
    performing.perform("retention")
    assert left(session) == (1, ["list:recall"])
    with owner.begin() as connection:
        failed = text("SELECT outcome, detail FROM audit_entry WHERE verb = 'flow.note_failure'")
        assert [tuple(row) for row in connection.execute(failed)] == [("12", {"error": "ProgrammingError"})]
        wrong = connection.execute(text("SELECT table_name, error FROM retention_run WHERE error IS NOT NULL")).all()
        assert [tuple(run) for run in wrong] == [("message", "ProgrammingError")]
        connection.execute(text("GRANT DELETE ON message TO waymark_keeper"))
    owner.dispose()
    performing.perform("retention")
    assert left(session) == (0, ["list:recall"])
