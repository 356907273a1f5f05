"""Golden cases of every field and operator: patients drawn as tables, a rule, who matches, how it reads.

    now: 2026-03-01 12:00
    branches: {harbour: Asia/Tokyo}          zones of branches, if any
    value_sets: {diabetes: [{code: E11}]}    codes of value sets, with their `system` where they have one
    segments: {adults: {…}}                  rules of segments
    patients: |                              one line a patient, `name` and facts; an empty cell is not known
      name | birth_date
    appointment: |                           one line a record, `patient` says whose it is
      patient | status | start_at
    cases:
      - rule: {…}
        says: …                              the sentence in English
        who: [Ana, Ben]                      everyone who matches, nobody else
        focus: appointment                   decided for each record of this kind instead of for each patient

What a new field or operator means stands at the head of its file for the oracle, in Python:

    means: value < wanted[0] or value > wanted[1]

Files of `criteria.shapes` are named after a key that rules may have. No cases, no pass: a field or operator without a
file fails, and so does a file without its field.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from journeys.criteria import compile as compiler
from journeys.criteria.check import problems
from journeys.criteria.fields import FIELDS
from journeys.criteria.operators import OPERATORS
from journeys.criteria.sentence import sentence
from journeys.criteria.shapes import Rule
from journeys.criteria.subject import Subject
from journeys.foundation import database as connections
from tests import oracle
from tests.servers import Cluster
from tests.unit.criteria.custom_fields import CUSTOM
from tests.world import TABLES, World, drawn, write

pytestmark = pytest.mark.store

HERE = Path(__file__).parent
FOLDERS = ("criteria.fields", "criteria.operators", "criteria.shapes")
FILES = sorted(path for folder in FOLDERS for path in HERE.glob(f"{folder}/*.yaml"))


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


@pytest.mark.parametrize(("folder", "registry"), [("criteria.fields", FIELDS), ("criteria.operators", OPERATORS)])
def test_every_field_and_operator_has_its_cases(folder: str, registry: dict[str, Any]) -> None:
    assert {path.stem for path in (HERE / folder).glob("*.yaml")} == set(registry)


@pytest.mark.parametrize("name", sorted([*FIELDS, *OPERATORS]))
def test_every_field_and_operator_explains_itself(name: str) -> None:
    thing = {**FIELDS, **OPERATORS}[name]
    assert type(thing).__doc__
    assert thing.label


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_cases(path: Path, session: Session) -> None:
    content = yaml.safe_load(path.read_text())
    world = world_of(content)
    write(world, session)
    assert content["cases"], "There is no case"
    for case in content["cases"]:
        judge(case, world, session)
    kind = path.parent.name.removeprefix("criteria.")
    assert any(uses(case["rule"], kind, path.stem) for case in content["cases"]), f"No case uses {path.stem}"


def world_of(content: dict[str, Any]) -> World:
    """The world that a file draws."""
    now = content["now"]
    moment = now if isinstance(now, dt.datetime) else dt.datetime.fromisoformat(now)
    return World(
        now=moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC),
        patients=drawn(content["patients"], "patient"),
        records={table: drawn(content[table], table) for table in TABLES if table in content},
        branches=content.get("branches", {}),
        value_sets={slug: codes_of(codes) for slug, codes in content.get("value_sets", {}).items()},
        segments=content.get("segments", {}),
        custom=CUSTOM,
    )


def codes_of(codes: list[dict[str, str]]) -> list[tuple[str | None, str]]:
    """(code system, code) of each code of a value set."""
    return [(each.get("system"), each["code"]) for each in codes]


def judge(case: dict[str, Any], world: World, session: Session) -> None:
    """One case: no problem, the right people by SQL in both forms and by the oracle, the right words."""
    rule, focus = case["rule"], case.get("focus")
    assert problems(rule, "rule", world.known, focus) == []
    assert sentence(rule, str, focus, world.known) == case["says"]
    wanted = sorted(case["who"])
    if focus is None:
        assert sorted(of_patients(rule, world, session)) == wanted, rule
        assert sorted(oracle.members(rule, world)) == wanted, rule
    else:
        assert sorted(oracle.focused(rule, world, focus)) == wanted, rule
    assert sorted(of_batch(rule, world, session, focus)) == wanted, rule


def of_patients(rule: Rule, world: World, session: Session) -> list[str]:
    """Who matches, as one SELECT of patients."""
    names = {number: name for name, number in world.ids.items()}
    return [names[number] for number in session.scalars(compiler.patients(rule, world.now, world.known))]


def of_batch(rule: Rule, world: World, session: Session, focus: str | None) -> list[str]:
    """Who matches, as an expression over the rows of a batch: the records in focus, or the patients."""
    names = {number: name for name, number in world.ids.items()}
    table = TABLES[focus].__table__ if focus else TABLES["appointment"].metadata.tables["patient"]
    batch = table.alias("batch")
    patient = batch.c.patient_id if focus else batch.c.id
    subject = Subject(patient_id=patient, now=world.now, focus_kind=focus, focus_id=batch.c.id)
    rows = session.execute(select(patient, compiler.condition(rule, subject, world.known)))
    answers = [tuple(row) for row in rows]
    assert all(answer in {True, False} for _, answer in answers)
    return [names[number] for number, answer in answers if answer]


def uses(rule: Any, kind: str, name: str) -> bool:
    """Whether a rule uses a field or operator anywhere."""
    if isinstance(rule, list):
        return any(uses(part, kind, name) for part in rule)
    if not isinstance(rule, dict):
        return False
    if kind == "shapes" and name in rule:
        return True
    keys = ("field", "happened") if kind == "fields" else ("is",)
    return any(rule.get(key) == name for key in keys) or any(uses(part, kind, name) for part in rule.values())
