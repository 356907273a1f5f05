"""A clinic beside an EMR: a connection, and what it brings."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.foundation.database import WORKER, connect, sessions
from journeys.store import InterfaceMessage
from journeys.sync.apply_messages import apply_messages
from journeys.sync.keep_connection import Plan, keep_connection
from journeys.sync.receive_message import Taken, receive_message
from tests.make import branch
from tests.servers import Database

NOW = datetime(2026, 6, 1, 15, tzinfo=UTC)


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    engine = connect(database.url, WORKER)
    yield engine
    engine.dispose()


@pytest.fixture
def make(engine: Engine) -> sessionmaker[Session]:
    return sessions(engine)


@pytest.fixture
def read(make: sessionmaker[Session]) -> Callable[..., Any]:
    def read(statement: Any) -> Any:
        with make.begin() as session:
            return session.execute(statement).all()

    return read


class Emr:
    """A system that sends messages; `rung` are the bells that rang because of them."""

    def __init__(self, make: sessionmaker[Session]) -> None:
        self.make = make
        self.rung: list[str] = []
        self.house = House(make, ring=self.rung.append)
        with make.begin() as session:
            branch(session)
        self.connection = act(self.house, self.an_act(), keep_connection, plan())

    def an_act(self) -> Act:
        return Act(NOW, "test:emr", EVERYWHERE, "care")

    def send(self, *texts: str | bytes) -> list[Taken]:
        """Bring messages; lines become segments."""
        return [act(self.house, self.an_act(), receive_message, self.connection, bytes_of(text)) for text in texts]

    def bring(self, *texts: str | bytes) -> None:
        """Bring messages and apply them."""
        self.send(*texts)
        while apply_messages(self.house, self.an_act):
            pass

    def messages(self) -> list[InterfaceMessage]:
        """What is kept, in the order of arrival."""
        with self.make.begin() as session:
            found = session.scalars(select(InterfaceMessage).order_by(InterfaceMessage.id)).all()
            session.expunge_all()
            return list(found)

    def states(self) -> list[tuple[str, list[str]]]:
        """The status of each, and what a person has to look at."""
        return [(each.status, [problem["says"] for problem in each.problems]) for each in self.messages()]


def plan(**other: Any) -> Plan:
    values = {"slug": "city", "name": {"en": "City hospital"}, "branch": "riverside", "zone": "America/New_York"}
    return Plan(**{**values, **other})


def bytes_of(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.strip().replace("\n", "\r").encode()


@pytest.fixture
def emr(make: sessionmaker[Session]) -> Emr:
    return Emr(make)
