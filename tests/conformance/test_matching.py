"""Records that nobody here wrote: which pairs are of one person, asked of the store as a clinic would.

Every `dataset*.csv` of FEBRL's shape is read, without the social-security field; `rec-N-…` says whose a record is.
"""

import csv
import itertools
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.foundation.database import WORKER, connect, sessions
from journeys.store.identity.look_for_matches import look_for_matches
from journeys.store.importing.load import Choices, Watch, load
from journeys.store.matches import MatchCandidate
from journeys.store.people import Patient
from journeys.store.sources import SourceRecord
from tests.servers import Database

MPI = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "mpi"
DATASETS = sorted(MPI.glob("dataset*.csv"))
NOW = datetime(2026, 3, 3, 17, tzinfo=UTC)
LEAST_F1 = 0.99

Pair = tuple[str, str]

pytestmark = [
    pytest.mark.store,
    pytest.mark.slow,
    pytest.mark.skipif(not DATASETS, reason="the independent records are not here"),
]


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    made = connect(database.url, WORKER)
    yield made
    made.dispose()


def records_of(path: Path) -> list[dict[str, str]]:
    """The records without the social-security field."""
    with path.open() as file:
        rows = [dict(row) for row in csv.DictReader(file, skipinitialspace=True)]
    for row in rows:
        del row["soc_sec_id"]
    return rows


def as_patient(row: dict[str, str]) -> dict[str, Any]:
    """A record as a FHIR Patient."""
    name = {"family": row["surname"], "given": [row["given_name"]] if row["given_name"] else []}
    lines = [f"{row['street_number']} {row['address_1']}".strip(), row["address_2"]]
    address = {
        "line": [line for line in lines if line],
        "city": row["suburb"],
        "postalCode": row["postcode"],
        "state": row["state"],
    }
    return {
        "resourceType": "Patient",
        "id": row["rec_id"],
        "name": [{key: value for key, value in name.items() if value}],
        "address": [{key: value for key, value in address.items() if value}],
        **born(row["date_of_birth"]),
    }


def born(text: str) -> dict[str, str]:
    """The birth date; a day that no calendar has is none, as no clinic's system takes it."""
    try:
        return {"birthDate": datetime.strptime(text, "%Y%m%d").date().isoformat()}  # noqa: DTZ007
    except ValueError:
        return {}


def true_pairs(rows: list[dict[str, str]]) -> set[Pair]:
    """Each two records of one person."""
    of_person: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        of_person[row["rec_id"].split("-")[1]].append(row["rec_id"])
    return {pair for ids in of_person.values() for pair in itertools.combinations(sorted(ids), 2)}


def found_pairs(engine: Engine, rows: list[dict[str, str]], folder: Path) -> dict[Pair, str]:
    """What an import and the look that follows it put before people, with the verdicts."""
    file = folder / "patients.ndjson"
    file.write_text("\n".join(json.dumps(as_patient(row)) for row in rows))
    house = House(sessions(engine))
    load(house, NOW, "worker:import", [file], Choices(source="febrl"), Watch())
    while act(house, Act(NOW, "worker:identity", EVERYWHERE), look_for_matches):
        pass
    with engine.connect() as connection:
        named = select(Patient.id, SourceRecord.outside_id).join(
            SourceRecord, SourceRecord.id == Patient.source_record_id
        )
        names = {row.id: row.outside_id for row in connection.execute(named)}
        found = connection.execute(
            select(MatchCandidate.patient_id, MatchCandidate.other_id, MatchCandidate.verdict)
        ).all()
    assert len(names) == len(rows)
    return {(min(names[one], names[two]), max(names[one], names[two])): verdict for one, two, verdict in found}


@pytest.mark.parametrize("path", DATASETS, ids=lambda path: path.stem)
def test_pairs_of_one_person_are_found(engine: Engine, path: Path, tmp_path: Path) -> None:
    rows = records_of(path)
    true = true_pairs(rows)
    found = set(found_pairs(engine, rows, tmp_path))
    right = len(found & true)
    precision, recall = right / len(found), right / len(true)
    print(f"{path.stem}: precision {precision:.4f}, recall {recall:.4f}")
    assert 2 * precision * recall / (precision + recall) >= LEAST_F1
