"""Three published measures, written as data, find for every patient the populations that independent engines found."""

import csv
import datetime as dt
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from journeys.criteria.known import known
from journeys.criteria.measures import Measure, measure_for, measure_problems, members
from journeys.criteria.periods import Period
from journeys.criteria.value_sets.from_csv import from_csv
from journeys.criteria.value_sets.publish_value_set import publish_value_set
from journeys.criteria.value_sets.systems import uri_of
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.foundation.database import WORKER, connect, sessions
from journeys.store import SourceRecord
from journeys.store.importing.load import Choices, Watch, load
from journeys.store.importing.received import Rejection
from journeys.store.putting_in_force.definitions import VALUE_SET
from journeys.store.putting_in_force.save_draft import save_draft
from tests.servers import Cluster

DECKS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "ecqm"
HERE = Path(__file__).parent / "measures"
SHARED = yaml.safe_load((HERE / "shared.yaml").read_text("utf-8"))
NOW = dt.datetime(2026, 3, 3, 17, tzinfo=dt.UTC)
DIRECT = "(direct code)"

MEASURES = {
    "cms122": ("CMS122_diabetes_hba1c_poor_control", 56),
    "cms130": ("CMS130_colorectal_cancer_screening", 64),
    "cms50": ("CMS50_closing_referral_loop_2024", 33),
}
"""File → its deck, and how many patients that has."""

SHARING = ("cms122", "cms130")
"""Those that use the rules of `shared.yaml`."""

pytestmark = [
    pytest.mark.store,
    pytest.mark.skipif(not DECKS.is_dir(), reason="the decks of patients are not here"),
]

Populations = dict[str, dict[str, bool]]
"""Patient → population → whether the patient is in it."""


@pytest.fixture(scope="module", params=list(MEASURES))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def deck(name: str) -> Path:
    return DECKS / MEASURES[name][0]


@pytest.fixture(scope="module")
def content(name: str) -> dict[str, Any]:
    """The measure with the rules and value sets that all of them share."""
    own = yaml.safe_load((HERE / f"{name}.yaml").read_text("utf-8"))
    if name not in SHARING:
        return own
    return {**own, **{key: {**SHARED[key], **own.get(key, {})} for key in ("rules", "value_sets")}}


@pytest.fixture(scope="module")
def expected(deck: Path) -> list[dict[str, str]]:
    with (deck / "expected.csv").open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def period(expected: list[dict[str, str]]) -> Period:
    [(first, last)] = {(row["period_start"], row["period_end"]) for row in expected}
    return Period(dt.date.fromisoformat(first), dt.date.fromisoformat(last))


@pytest.fixture(scope="module")
def engine(
    cluster: Cluster, deck: Path, content: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """A database with the patients of the deck, each from a source of their own, and the value sets of the measure."""
    fresh = cluster.new()
    made = connect(fresh.url, WORKER)
    try:
        house = House(sessions(made))
        publish_value_sets(house, deck, content)
        import_patients(house, deck, tmp_path_factory.mktemp("patients"))
        yield made
    finally:
        made.dispose()
        cluster.drop(fresh)


def import_patients(house: House, deck: Path, folder: Path) -> None:
    """Import every bundle of a deck."""
    rejected: list[Rejection] = []
    for number, path in enumerate(sorted((deck / "patients").iterdir())):
        copy = folder / path.name
        copy.write_text(json.dumps(of_one_patient(json.loads(path.read_text("utf-8")))), "utf-8")
        load(house, NOW, "worker:import", [copy], Choices(source=f"patient-{number}"), Watch(reject=rejected.append))
    assert rejected == []


def of_one_patient(bundle: dict[str, Any]) -> dict[str, Any]:
    """A bundle all of whose records are about its one patient, who has no name.

    Engines of measures take a bundle for one patient whatever its records say, and in two bundles these name a patient
    who is in neither. Names say in some decks what the patient is a case of.
    """
    resources = [entry["resource"] for entry in bundle["entry"]]
    [patient] = [each for each in resources if each["resourceType"] == "Patient"]
    patient["name"] = [{"family": "Nobody"}]
    for each in resources:
        for key in ("subject", "patient", "for", "beneficiary"):
            if key in each:
                each[key] = {"reference": f"Patient/{patient['id']}"}
    return bundle


def publish_value_sets(house: House, deck: Path, content: Mapping[str, Any]) -> None:
    """Publish every value set that the measure names, in the version that it names."""
    table = (deck / "valuesets.csv").read_bytes()
    found = {(each.url, each.version): each for each in from_csv(table) if each.url}
    doing = Act(NOW, "user:test", EVERYWHERE)
    for slug, wanted in content["value_sets"].items():
        url = wanted.get("url", "")
        codes = list(found[url, wanted["version"]].codes.values()) if url else direct_codes(table, wanted)
        named = {"url": url, "version": wanted["version"]} if url else {}
        draft = {"format": 1, "name": {"en": slug}, **named, "codes": codes}
        act(house, doing, save_draft, VALUE_SET, slug, {"en": slug}, draft)
        act(house, doing, publish_value_set, slug)


def direct_codes(table: bytes, wanted: Mapping[str, Any]) -> list[dict[str, str]]:
    """The codes that a measure names one by one."""
    rows = csv.DictReader(table.decode("utf-8").splitlines())
    mine = [row for row in rows if row["declared_in"] == wanted["direct_codes_of"] and row["oid"] == DIRECT]
    chosen = [row for row in mine if row["system"] in wanted["systems"]]
    return [{"system": uri_of(row["system"]) or "", "code": row["code"]} for row in chosen]


def test_every_population_of_every_patient_is_equal(
    name: str, engine: Engine, content: dict[str, Any], period: Period, expected: list[dict[str, str]]
) -> None:
    with Session(engine) as session:
        in_force = known(session)
        assert measure_problems(content, period, in_force) == []
        found = populations(session, measure_for(content, period, in_force))
    assert len(found) == len(expected) == MEASURES[name][1]
    wrong = [
        (row["case"] or row["description"], population, found[row["patient_id"]][population])
        for row in expected
        for population in found[row["patient_id"]]
        if row[population] and found[row["patient_id"]][population] != (row[population] == "1")
    ]
    assert wrong == []


def populations(session: Session, measure: Measure) -> Populations:
    """Which populations each patient of the deck is in."""
    people = select(SourceRecord.outside_id, SourceRecord.patient_id).where(SourceRecord.resource_type == "Patient")
    inside = members(session, measure)
    return {
        outside_id: {name: patient_id in ids for name, ids in inside.items()}
        for outside_id, patient_id in session.execute(people)
    }
