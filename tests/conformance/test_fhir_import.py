"""Independent records go in whole: counts per type equal a plain count, a second import changes nothing."""

import gzip
import json
import tracemalloc
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text

from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.foundation.database import WORKER, connect, sessions
from journeys.store import KeptRecord, Observation, Patient, SourceRecord
from journeys.store.importing.load import Choices, Summary, Watch, load
from journeys.store.importing.received import Rejection
from journeys.store.timeline.sources import Wanted
from journeys.store.timeline.timeline import timeline
from tests.servers import Database

FHIR = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "fhir"
NOW = datetime(2026, 3, 3, 17, tzinfo=UTC)
LATER = datetime(2026, 3, 4, 17, tzinfo=UTC)

pytestmark = [
    pytest.mark.store,
    pytest.mark.slow,
    pytest.mark.skipif(not FHIR.is_dir(), reason="the independent records are not here"),
]

Importer = Callable[..., Summary]


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    made = connect(database.url, WORKER)
    yield made
    made.dispose()


@pytest.fixture
def rejections() -> list[Rejection]:
    return []


@pytest.fixture
def imported(engine: Engine, rejections: list[Rejection]) -> Importer:
    house = House(sessions(engine))

    def run(*paths: Path, now: datetime = NOW) -> Summary:
        return load(house, now, "worker:import", paths, Choices(), Watch(reject=rejections.append))

    return run


def counted_by_hand(path: Path) -> Counter[str]:
    """The resources of a data set by type, read by nothing but the standard library."""
    if path.is_dir():
        resources = (json.loads(line) for file in path.iterdir() for line in lines_of(file))
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            bundles = [json.loads(archive.read(name)) for name in archive.namelist()]
        resources = (entry["resource"] for bundle in bundles for entry in bundle["entry"])
    else:
        resources = (json.loads(line) for line in path.read_text().splitlines())
    return Counter(resource["resourceType"] for resource in resources)


def lines_of(path: Path) -> list[bytes]:
    """The lines of a .gz."""
    return gzip.decompress(path.read_bytes()).splitlines()


def read_per_type(summary: Summary) -> Counter[str]:
    """How many resources of each type the importer read."""
    read: Counter[str] = Counter()
    for (resource_type, _), number in summary.counts.items():
        read[resource_type] += number
    return read


TABLES = """
SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
"""


def contents(engine: Engine) -> dict[str, Any]:
    """Every table's rows, counted and hashed, but the audit."""
    counted = "SELECT count(*), md5(string_agg(md5(each::text), ',' ORDER BY each::text)) FROM {} AS each"
    with engine.connect() as connection:
        names = [name for name in connection.scalars(text(TABLES)) if not name.startswith(("audit_", "ab_", "alembic"))]
        return {name: connection.execute(text(counted.format(name))).one() for name in names}


@pytest.mark.parametrize(
    "name", ["synthea_79", "synthea_20_transaction_bundles.zip", "hl7_r4_examples_workflow.ndjson"]
)
def test_every_resource_goes_in_and_a_second_import_changes_nothing(
    name: str, imported: Importer, engine: Engine, rejections: list[Rejection]
) -> None:
    expected = counted_by_hand(FHIR / name)

    first = imported(FHIR / name)

    assert rejections == []
    assert read_per_type(first) == expected
    with engine.connect() as connection:
        kept = Counter(
            dict(
                connection.execute(
                    select(SourceRecord.resource_type, func.count()).group_by(SourceRecord.resource_type)
                ).all()
            )
        )
    same_again = {kind: first.counts[kind, "duplicate"] + first.counts[kind, "unchanged"] for kind in expected}
    assert kept == Counter({kind: number - same_again[kind] for kind, number in expected.items()})

    before = contents(engine)
    second = imported(FHIR / name, now=LATER)

    assert {outcome for _, outcome in second.counts} == {"unchanged"}
    assert read_per_type(second) == expected
    assert contents(engine) == before


def test_patients_of_the_bundles_have_all_their_records(imported: Importer, engine: Engine) -> None:
    path = FHIR / "synthea_20_transaction_bundles.zip"
    with zipfile.ZipFile(path) as archive:
        bundles = [json.loads(archive.read(name)) for name in archive.namelist()]
    resources = [entry["resource"] for bundle in bundles for entry in bundle["entry"]]
    people = [each["id"] for each in resources if each["resourceType"] == "Patient"]
    about: Counter[str] = Counter()
    for each in resources:
        named = (each.get("subject") or each.get("patient") or {}).get("reference", "").removeprefix("urn:uuid:")
        about[named] += 1

    summary = imported(path)

    assert not summary.waiting
    with engine.connect() as connection:
        for person in people:
            patient = connection.execute(
                select(SourceRecord.patient_id).where(SourceRecord.outside_id == person)
            ).scalar_one()
            records = select(func.count()).where(SourceRecord.patient_id == patient)
            # the patient's own record besides those about them
            assert connection.execute(records).scalar_one() == about[person] + 1


def test_values_can_be_read_and_references_lead_somewhere(imported: Importer, engine: Engine) -> None:
    imported(FHIR / "synthea_20_transaction_bundles.zip")
    with sessions(engine)() as session:
        panel = session.scalars(select(Observation).where(Observation.code == "55284-4").limit(1)).one()
        assert panel.encounter_id is not None
        doing = Act(NOW, "user:test", EVERYWHERE)
        page = timeline(session, doing, panel.patient_id, Wanted(kinds=["observation"]), limit=500)
        shown = next(entry for entry in page.entries if entry.id == panel.id)
        assert shown.value is not None
        assert shown.value.endswith("mm[Hg]") and "/" in shown.value
        claims = session.scalar(select(func.count()).where(KeptRecord.resource_type == "Claim"))
        assert claims == 536


def test_records_that_no_table_holds_stand_on_the_timeline(imported: Importer, engine: Engine) -> None:
    imported(FHIR / "hl7_r4_examples_workflow.ndjson")
    house = House(sessions(engine))
    with engine.connect() as connection:
        example = connection.execute(
            select(SourceRecord.patient_id).where(
                SourceRecord.resource_type == "Patient", SourceRecord.outside_id == "example"
            )
        ).scalar_one()
    page = act(house, Act(NOW, "user:test", EVERYWHERE), timeline, example, limit=200)
    kinds = {entry.resource_type for entry in page.entries if entry.kind == "kept-record"}
    assert {"Flag", "Goal", "Task", "Communication", "Account", "ServiceRequest"} <= kinds
    assert {"encounter", "immunization", "appointment", "care-plan"} <= {entry.kind for entry in page.entries}


def test_memory_does_not_grow_with_the_file(imported: Importer, engine: Engine, tmp_path: Path) -> None:
    line = {"resourceType": "Basic", "code": {"text": "x" * 1000}}

    def ndjson(name: str, count: int) -> Path:
        path = tmp_path / name / "Basic.ndjson.gz"
        path.parent.mkdir()
        with gzip.open(path, "wt", compresslevel=1) as file:
            for number in range(count):
                file.write(json.dumps({**line, "id": f"{name}-{number}"}) + "\n")
        return path

    def peak(path: Path) -> int:
        tracemalloc.start()
        try:
            imported(path)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(ndjson("warm", 500))
    small = peak(ndjson("small", 1_000))
    large = peak(ndjson("large", 5_000))
    assert large < small * 1.25
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(SourceRecord)).scalar_one() == 6_500
        assert connection.execute(select(func.count()).select_from(Patient)).scalar_one() == 0
