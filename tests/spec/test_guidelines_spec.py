"""Golden cases of guidelines: a content, patients drawn as tables, where each stands, to the day.

    guideline: {…}                           its content
    refused: {Ana: 2026-06-01}               who refused, and until which day
    cases:
      - now: 2026-03-01 12:00                as of another moment than the file's
        only: [Ana]                          shows these alone
        stands: |                            a line for everybody in the population, nobody else
          name | status | reason | due_on

The rest is as in `test_criteria_spec.py`. Statement and oracle (`tests/guideline_oracle.py`) both have to say so.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import Date, Engine, Integer, Select, column, select, values
from sqlalchemy.orm import Session

from journeys.care.guidelines.check import Around, guideline_problems
from journeys.care.guidelines.content import guideline_of
from journeys.care.guidelines.dating import Looking
from journeys.care.guidelines.standing import REASONS, STATUSES, standings
from journeys.foundation import database as connections
from journeys.store.people import Patient
from tests.guideline_oracle import stands
from tests.servers import Cluster
from tests.spec.test_criteria_spec import world_of
from tests.spec.test_segments_core import moment_of
from tests.world import Row, World, write

pytestmark = pytest.mark.store

FILES = sorted((Path(__file__).parent / "care.guidelines").glob("*.yaml"))
NUMBERS = {"met", "step", "tier", "excluded_by", "anchor"}
Shown = dict[str, Row]


@pytest.fixture(scope="module")
def engine(cluster: Cluster) -> Iterator[Engine]:
    fresh = cluster.new()
    engine = connections.connect(fresh.url, connections.WORKER)
    yield engine
    engine.dispose()
    cluster.drop(fresh)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session whose writing is undone, so that all files share one database."""
    with Session(engine) as session:
        yield session
        session.rollback()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_cases(path: Path, session: Session) -> None:
    content = yaml.safe_load(path.read_text())
    world = world_of(content)
    write(world, session)
    guideline, refused = content["guideline"], content.get("refused", {})
    assert guideline_problems(guideline, Around(world.known, ["recall"], ["nurse"])) == []
    assert content["cases"], "There is no case"
    for case in content["cases"]:
        now = replace(world, now=moment_of(case["now"])) if "now" in case else world
        wanted = shown_in(case["stands"])
        names = case.get("only") or list({**wanted, **dict.fromkeys(world.ids)})
        heads = list(next(iter(wanted.values())))
        assert cut(by_oracle(guideline, now, refused), names, heads) == wanted, now.now
        assert cut(by_statement(guideline, now, refused, session), names, heads) == wanted, now.now
        assert cut(by_statement(guideline, now, refused, session, names), names, heads) == wanted, now.now


def test_every_status_and_reason_is_shown_somewhere() -> None:
    rows = [
        row
        for path in FILES
        for case in yaml.safe_load(path.read_text())["cases"]
        for row in shown_in(case["stands"]).values()
    ]
    assert {row["status"] for row in rows} == set(STATUSES)
    assert {row["reason"] for row in rows} == set(REASONS)


def shown_in(text: str) -> Shown:
    """Name → what a case says of each patient; an empty cell is nothing."""
    lines = [line.strip() for line in text.strip().splitlines() if not line.strip().startswith("#")]
    heads, *rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    return {row[0]: {head: read(head, cell) for head, cell in zip(heads[1:], row[1:], strict=True)} for row in rows}


def read(head: str, cell: str) -> Any:
    """A cell as the kind of value that its column holds."""
    if not cell:
        return None
    if head.endswith(("_on", "_until")):
        return dt.date.fromisoformat(cell)
    return int(cell) if head in NUMBERS else cell


def cut(shown: Shown, names: list[str], heads: list[str]) -> Shown:
    """Only these patients and columns."""
    return {name: {head: row[head] for head in heads} for name, row in shown.items() if name in names}


def by_oracle(content: Any, world: World, refused: dict[str, dt.date]) -> Shown:
    """Where everybody stands, one by one."""
    each = {row["name"]: stands(content, world, row, refused.get(row["name"])) for row in world.patients}
    return {name: row for name, row in each.items() if row is not None}


def by_statement(
    content: Any, world: World, refused: dict[str, dt.date], session: Session, names: list[str] | None = None
) -> Shown:
    """The same by the statement, for everybody or for some."""
    among = None if names is None else select(Patient.id).where(Patient.id.in_([world.ids[each] for each in names]))
    asked = standings(guideline_of(content), Looking(world.now, world.known, among), refusals(world, refused))
    of = {number: name for name, number in world.ids.items()}
    rows = session.execute(asked).mappings().all()
    assert len({row["patient_id"] for row in rows}) == len(rows)
    return {of[row["patient_id"]]: dict(row) for row in rows}


def refusals(world: World, refused: dict[str, dt.date]) -> Select[Any] | None:
    """Who refused, as the statement asks for it."""
    if not refused:
        return None
    rows = values(column("patient_id", Integer), column("until_on", Date), name="given")
    given = rows.data([(world.ids[name], until) for name, until in refused.items()])
    return select(given.c.patient_id, given.c.until_on)
