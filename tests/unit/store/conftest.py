"""A worker's house on the test's own database, and an importer that takes resources as Python values."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from journeys.foundation.acting import House
from journeys.foundation.database import WORKER, connect, sessions
from journeys.store.importing.load import Choices, Summary, Watch, load
from journeys.store.importing.received import Rejection
from tests.make import NOON
from tests.servers import Database


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    engine = connect(database.url, WORKER)
    yield engine
    engine.dispose()


@pytest.fixture
def make(engine: Engine) -> sessionmaker[Session]:
    """Sessions that make what a test needs: `with make.begin() as session`."""
    return sessions(engine)


@pytest.fixture
def house(make: sessionmaker[Session]) -> House:
    return House(make)


@pytest.fixture
def read(make: sessionmaker[Session]) -> Callable[..., Any]:
    """`read(statement)`: all rows of a SELECT, in a transaction of its own."""

    def read(statement: Any) -> Any:
        with make.begin() as session:
            return session.execute(statement).all()

    return read


class Importing:
    """Imports resources given as values, one a line; each import is a day later than the one before."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house = house
        self.folder = folder
        self.now = NOON
        self.clock: Callable[[], dt.datetime] | None = None
        self.rejections: list[Rejection] = []

    def __call__(self, *resources: Any, **choices: Any) -> Summary:
        lines = [each if isinstance(each, str) else json.dumps(each) for each in resources]
        return self.file("records.ndjson", "\n".join(lines).encode(), **choices)

    def file(self, name: str, content: bytes, **choices: Any) -> Summary:
        path = self.folder / name
        path.write_bytes(content)
        return self.paths(path, **choices)

    def paths(self, *paths: Path, **choices: Any) -> Summary:
        self.now += dt.timedelta(days=1)
        self.rejections.clear()
        chosen = Choices(**{"source": "emr", **choices})
        watch = Watch(reject=self.rejections.append)
        return load(self.house, self.now, "worker:import", paths, chosen, watch, self.clock)

    def reasons(self) -> list[str]:
        """Every rejection in words."""
        return [f"{each.place}: {problem}" for each in self.rejections for problem in each.problems]


@pytest.fixture
def importing(house: House, tmp_path: Path) -> Importing:
    return Importing(house, tmp_path)
