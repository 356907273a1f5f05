"""Golden people of every segment of the pack `segments-core`: who is in, who is out, to the day, and who is not known.

    now: 2026-03-01 12:00
    patients: |                              tables as in `test_criteria_spec.py`; `code_system` may be a short name
      name | birth_date
    cases:
      - in: [Ana, Ben]                       everyone who is in, nobody else; `now` looks at another moment

A segment without a file fails, and so does a file without its segment.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from config import PROJECT
from journeys.criteria.compile import patients
from journeys.criteria.facts.facts import Facts
from journeys.criteria.facts.members import is_on_facts
from journeys.criteria.facts.need_columns import new_column, wanted_by_segments
from journeys.criteria.known import known
from journeys.flow.packs.folder import read_folder
from journeys.flow.packs.load import EVERYTHING, load
from journeys.foundation import database as connections
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from tests.servers import Cluster
from tests.spec.test_criteria_spec import world_of
from tests.world import World, write

pytestmark = pytest.mark.store

FILES = sorted((Path(__file__).parent / "segments-core").glob("*.yaml"))
PACK = read_folder(PROJECT / "seed" / "packs" / "segments-core")

SYSTEMS = {
    "sct": "http://snomed.info/sct",
    "icd": "http://hl7.org/fhir/sid/icd-10-cm",
    "loinc": "http://loinc.org",
    "cvx": "http://hl7.org/fhir/sid/cvx",
    "hcpcs": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
}


@pytest.fixture(scope="module")
def engine(cluster: Cluster) -> Iterator[Engine]:
    """A database with the pack in force."""
    fresh = cluster.new()
    engine = connections.connect(fresh.url, connections.WORKER)
    doing = Act(dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "test:pack", EVERYWHERE)
    act(House(connections.sessions(engine)), doing, load, PACK, publish_folders=EVERYTHING)
    yield engine
    engine.dispose()
    cluster.drop(fresh)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session whose writing is undone, so that all files share one database."""
    with Session(engine) as session:
        yield session
        session.rollback()


def test_every_segment_has_its_people() -> None:
    assert {path.stem for path in FILES} == set(PACK.of("segments"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_people(path: Path, session: Session) -> None:
    content = yaml.safe_load(path.read_text())
    world = with_systems(world_of(content))
    write(world, session)
    assert content["cases"], "There is no case"
    assert any(len(case["in"]) < len(world.patients) for case in content["cases"]), "Nobody is out"
    in_force = known(session)
    for case in content["cases"]:
        now = moment_of(case["now"]) if "now" in case else world.now
        members = session.scalars(patients(in_force.segments[path.stem], now, in_force))
        names = {number: name for name, number in world.ids.items()}
        assert sorted(names[number] for number in members) == sorted(case["in"]), now


def test_every_segment_follows_changes(session: Session) -> None:
    """Facts can hold all that it asks, so nobody is looked at who has not changed."""
    in_force = known(session)
    doing = Act(dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "test:pack", EVERYWHERE)
    wanted = wanted_by_segments(in_force).values()
    columns = [new_column(summary, slugs, in_force, doing) for summary, slugs in wanted]
    facts = Facts({each.summary.name: each.summary for each in columns if each is not None})
    assert [slug for slug, rule in in_force.segments.items() if not is_on_facts(rule, in_force, facts)] == []


@pytest.mark.parametrize("slug", sorted(PACK.of("segments")))
def test_every_segment_says_in_words_what_it_is_and_rests_on(slug: str) -> None:
    content = PACK.of("segments")[slug]
    assert set(content["name"]) == set(content["description"]) == {"en", "es"}
    assert "Rests on: " in content["description"]["en"]
    assert "Se apoya en: " in content["description"]["es"]


@pytest.mark.parametrize("slug", sorted(PACK.of("segments")))
def test_the_manual_says_the_same(slug: str) -> None:
    content = PACK.of("segments")[slug]
    about, _, ground = content["description"]["en"].partition(" Rests on: ")
    line = f"| **{content['name']['en']}** `{slug}` | {about} *Rests on:* {ground} |"
    assert line in (PROJECT / "docs" / "segments-core.md").read_text().splitlines()


def test_no_licensed_text_is_shipped() -> None:
    codes = [code for content in PACK.of("value-sets").values() for code in content["codes"]]
    assert not any("display" in code for code in codes)
    assert not any("ama-assn" in code["system"] for code in codes)
    assert max(len(content["codes"]) for content in PACK.of("value-sets").values()) <= 30


def with_systems(world: World) -> World:
    """The same world with code systems under their own names."""
    records = {
        table: [{**row, "code_system": SYSTEMS[row["code_system"]]} if "code_system" in row else row for row in rows]
        for table, rows in world.records.items()
    }
    return replace(world, records=records)


def moment_of(written: Any) -> dt.datetime:
    """A moment as YAML reads it, in UTC."""
    moment = written if isinstance(written, dt.datetime) else dt.datetime.fromisoformat(written)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
