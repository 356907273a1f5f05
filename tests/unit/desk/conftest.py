"""A clinic of the desk's own, in one database: no test commits."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from journeys.foundation import database as connections
from journeys.foundation.acting import House
from journeys.store.organisation import Practitioner
from tests.make import added
from tests.servers import Cluster
from tests.unit.desk.desk import Desk
from tests.unit.flow.clinic import START, furnish
from tests.unit.flow.rehearsal import Rehearsal


def rehearse(session: Session) -> Rehearsal:
    made = connections.sessions(session.get_bind())
    return Rehearsal(made, House(made), now=START, session=session)


@pytest.fixture(scope="module")
def engine(cluster: Cluster) -> Iterator[Engine]:
    fresh = cluster.new()
    engine = connections.connect(fresh.url, connections.WORKER)
    with Session(engine, expire_on_commit=False) as session, session.begin():
        rehearse(session).do(furnish)
        for username in ("nina", "rose"):
            added(session, Practitioner(username=username))
    yield engine
    engine.dispose()
    cluster.drop(fresh)


@pytest.fixture
def desk(engine: Engine) -> Iterator[Desk]:
    with Session(engine, expire_on_commit=False) as session:
        yield Desk(rehearse(session))
        session.rollback()


@pytest.fixture
def counted(engine: Engine) -> Iterator[Callable[[], int]]:
    """How many statements were sent since the last asking."""
    sent: list[str] = []

    def seen(_connection, _cursor, statement, *_):
        sent.append(statement)

    def count() -> int:
        number = len(sent)
        sent.clear()
        return number

    event.listen(engine, "before_cursor_execute", seen)
    yield count
    event.remove(engine, "before_cursor_execute", seen)
