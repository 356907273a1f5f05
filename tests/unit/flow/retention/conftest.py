"""A clinic that worked eleven years ago, and the keeper, who comes today."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from journeys.flow.retention.change_rule import change_rule
from journeys.flow.retention.remove_old import GRACE, remove_old
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.foundation.database import KEEPER, OWNER, connect, sessions
from journeys.store.retention import FLOORS, RetentionRun
from journeys.store.setting_up.partitions import ensure_partitions
from tests.make import NOON
from tests.servers import Database
from tests.unit.flow.clinic import Clinic

THEN = dt.datetime(2015, 3, 3, 17, 0, tzinfo=dt.UTC)
"""Older than every floor, by the clock of the database too."""


class Keeper:
    """Runs the daily work as the database role that may do nothing else."""

    def __init__(self, engine: Engine) -> None:
        self.house = House(sessions(engine))
        self.now = NOON

    def do(self, verb: Callable[..., Any], *args: Any) -> Any:
        return act(self.house, Act(self.now, "worker:retention", EVERYWHERE), verb, *args)

    def work(self, *names: str) -> None:
        """Every batch of these tables, in their order; of all without names."""
        for name in names or FLOORS:
            while self.do(remove_old, name):
                continue

    def run_of(self, name: str) -> RetentionRun:
        """The newest run of a table."""
        with self.house.sessions() as session:
            runs = session.query(RetentionRun).filter_by(table_name=name).order_by(RetentionRun.id)
            return runs.all()[-1]


@pytest.fixture
def keeper(database: Database) -> Iterator[Keeper]:
    engine = connect(database.owner_url, KEEPER)
    yield Keeper(engine)
    engine.dispose()


@pytest.fixture
def owner(database: Database) -> Iterator[Engine]:
    engine = connect(database.owner_url, OWNER)
    yield engine
    engine.dispose()


@pytest.fixture
def old_clinic(clinic: Clinic, owner: Engine) -> Clinic:
    """The clinic, eleven years ago, with the months of that time."""
    with owner.begin() as connection:
        ensure_partitions(connection, THEN.date())
    clinic.now = THEN
    return clinic


def rule(clinic: Clinic, name: str, months: int | None, version: int = 0) -> None:
    """A rule that was given two days ago, so that it holds."""
    then = clinic.now
    clinic.now = NOON - 2 * GRACE
    clinic.do(change_rule, name, months, version)
    clinic.now = then


def rules(clinic: Clinic) -> None:
    """The shortest rule of every table."""
    for name, floor in FLOORS.items():
        rule(clinic, name, floor.months)


def count(session: Session, table: str) -> int:
    """How many rows."""
    return int(session.scalar(text(f"SELECT count(*) FROM {table}")))


def counts(clinic: Clinic, *tables: str) -> dict[str, int]:
    """How many rows each table has."""
    with clinic.sessions() as session:
        return {table: count(session, table) for table in tables}
