"""Golden cases of everything that safety clocks watch: rows, and what of them is open in which state since when.

cases:
  - name: …
    given: [{referral: {status: sent, status_at: -49h}}]     rows of one patient; times count from now: h hours, d days;
                                                              `above` is the id of the row above that is meant
    deceased: true                                            the patient (optional)
    open: {sent: [-49h], open: [-49h]}                        every state that holds → since when, in order
"""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import Connection, Table, insert
from sqlalchemy.orm import Session

from journeys.foundation.database import WORKER, connect
from journeys.store import Base
from journeys.work.clocks.entities import ENTITIES
from tests.make import NOON
from tests.servers import Cluster
from tests.unit.store.rows import Rows

pytestmark = pytest.mark.store

FOLDER = Path(__file__).parent / "work.clocks.entities"
TIME = re.compile(r"([-+])(\d+)([hd])")


def cases() -> list[Any]:
    """Every case, as a parameter called file: name."""
    return [
        pytest.param(file.stem, case, id=f"{file.stem}: {case['name']}")
        for file in sorted(FOLDER.glob("*.yaml"))
        for case in yaml.safe_load(file.read_text("utf-8"))["cases"]
    ]


@pytest.fixture(scope="module")
def house(cluster: Cluster) -> Iterator[Any]:
    """A database, and a connection whose rows are taken back."""
    database = cluster.new()
    engine = connect(database.url, WORKER)
    yield engine
    engine.dispose()
    cluster.drop(database)


def test_every_entity_has_its_cases_and_every_case_its_entity() -> None:
    assert {file.stem for file in FOLDER.glob("*.yaml")} == set(ENTITIES)


@pytest.mark.parametrize("name", ENTITIES)
def test_every_state_is_seen_to_hold_and_not_to_hold(name: str) -> None:
    own = [case["open"] for file, case in (each.values for each in cases()) if file == name]
    for state in ENTITIES[name].states:
        assert {state in each for each in own} == {True, False}, state


@pytest.mark.parametrize(("name", "case"), cases())
def test_entity(house: Any, name: str, case: dict[str, Any]) -> None:
    with house.connect() as connection:
        rows = Rows(connection)
        write(connection, rows, "patient", {"deceased": case.get("deceased", False)})
        for each in case["given"]:
            [(table, values)] = each.items()
            write(connection, rows, table, values)
        found = {
            state: sorted(row.since for row in Session(connection).execute(ENTITIES[name].open_in(state, NOON)))
            for state in ENTITIES[name].states
        }
    wanted = {state: sorted(moment(each) for each in times) for state, times in case["open"].items()}
    assert {state: times for state, times in found.items() if times} == wanted


def write(connection: Connection, rows: Rows, name: str, values: dict[str, Any]) -> None:
    """One row of a table with these values, and first one of each table that it refers to."""
    table: Table = Base.metadata.tables[name]
    for column in table.c:
        for key in column.foreign_keys:
            other = key.column.table.name
            if rows.is_wanted(column) and (other, 1) not in rows.ids:
                write(connection, rows, other, {})
    given = {key: rows.value(table.c[key], 1) if value == "above" else moment(value) for key, value in values.items()}
    statement = insert(table).values(**rows.row(table, 1, **given))
    rows.ids[name, 1] = connection.execute(statement.returning(table.c.id)).scalar_one()


def moment(value: Any) -> Any:
    """-49h as a moment; anything else as it is."""
    found = TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    sign, number, unit = found.groups()
    length = dt.timedelta(hours=int(number)) if unit == "h" else dt.timedelta(days=int(number))
    return NOON + length if sign == "+" else NOON - length
