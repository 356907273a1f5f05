"""Import of 10,000 FHIR R4 resources of 500 patients from NDJSON, into an empty database.

Bare is `COPY` of the same lines into one text column of the same server, in the same round: nothing can read and store
these bytes in less. `../shared/reference/performance.md` saw 0.2 to 0.35 of that for an import of a few kinds into one
table, without encryption. This import keeps each raw record encrypted, each name, number and address encrypted and
findable, the provenance of every fact, one table a kind, and an event for what somebody may wait for; so it is held to
0.008 of raw COPY, which is a million resources in eleven minutes of one processor. What was imported before is known by
its digest: the second import of the same file may take half as long at most.
"""

import json
import statistics
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine

from benchmarks.base import ROUNDS, a_cluster, an_engine, seconds
from journeys.flow.events.react import react
from journeys.foundation import database
from journeys.foundation.acting import House
from journeys.store.importing.load import Choices, Summary, load
from tests.figures import Figure, at_least, at_most, exactly, told
from tests.make import NOON

PATIENTS = 500
LEAST_OF_COPY = 0.008
MOST_OF_FIRST = 0.5


def figures() -> Iterator[Figure]:
    """What part of a raw COPY the import reaches, and what a second import costs."""
    with tempfile.TemporaryDirectory() as folder, a_cluster() as cluster:
        file = Path(folder) / "records.ndjson"
        count = write(file)
        parts, again, speeds = [], [], []
        for _ in range(ROUNDS):
            with an_engine(cluster) as engine:
                bare = seconds(lambda engine=engine: copy(engine, file))
                first = seconds(lambda engine=engine: imported(engine, file))
                summaries: list[Summary] = []
                second = seconds(lambda engine=engine, into=summaries: into.append(imported(engine, file)))
            parts.append(bare / first)
            again.append(second / first)
            speeds.append(count / first)
    yield told("import.resources", count)
    yield told("import.resources-a-processor-second", statistics.median(speeds))
    yield exactly("import.unchanged-the-second-time", summaries[0].total("unchanged"), count)
    yield at_least("import.part-of-copy", statistics.median(parts), LEAST_OF_COPY)
    yield at_most("import.second-against-first", statistics.median(again), MOST_OF_FIRST)


def imported(engine: Engine, file: Path) -> Summary:
    """Import the file as its own process would; what was rejected would be a mistake of this benchmark."""
    house = House(database.sessions(engine), react)
    summary = load(house, NOON, "worker:import", [file], Choices(source="benchmark"))
    assert summary.total("rejected") == 0, summary.counts
    return summary


def copy(engine: Engine, file: Path) -> None:
    """The same lines into one text column."""
    connection = engine.raw_connection()
    try:
        with connection.cursor() as cursor, file.open() as lines:
            cursor.execute("CREATE TABLE raw (line text)")
            with cursor.copy("COPY raw FROM STDIN") as rows:
                for line in lines:
                    rows.write_row((line,))
        connection.commit()
    finally:
        connection.close()


def write(file: Path) -> int:
    """Write the file; how many resources it holds."""
    resources = [each for number in range(PATIENTS) for each in resources_of(number)]
    file.write_text("".join(json.dumps(each) + "\n" for each in resources))
    return len(resources)


def resources_of(number: int) -> Iterator[dict]:
    """A patient with three conditions, twelve measurements, three visits and an immunization."""
    subject = {"reference": f"Patient/p{number}"}
    yield patient(number)
    for each in range(3):
        yield {
            "resourceType": "Encounter",
            "id": f"e{number}-{each}",
            "status": "finished",
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
            "subject": subject,
            "period": {"start": moment(each * 100), "end": moment(each * 100)},
        }
        yield {
            "resourceType": "Condition",
            "id": f"c{number}-{each}",
            "clinicalStatus": coded("http://terminology.hl7.org/CodeSystem/condition-clinical", "active"),
            "code": coded("http://snomed.info/sct", str(59621000 + each)),
            "subject": subject,
            "onsetDateTime": moment(300 + each),
        }
    for each in range(12):
        yield {
            "resourceType": "Observation",
            "id": f"o{number}-{each}",
            "status": "final",
            "code": coded("http://loinc.org", "4548-4"),
            "subject": subject,
            "encounter": {"reference": f"Encounter/e{number}-{each % 3}"},
            "effectiveDateTime": moment(each * 30),
            "valueQuantity": {"value": 5 + each / 10, "unit": "%", "code": "%"},
        }
    yield {
        "resourceType": "Immunization",
        "id": f"i{number}",
        "status": "completed",
        "vaccineCode": coded("http://hl7.org/fhir/sid/cvx", "140"),
        "patient": subject,
        "occurrenceDateTime": moment(50),
    }


def patient(number: int) -> dict:
    return {
        "resourceType": "Patient",
        "id": f"p{number}",
        "identifier": [{"system": "urn:benchmark", "value": f"MRN{number:06d}"}],
        "name": [{"use": "official", "family": f"Family{number}", "given": [f"Given{number}"]}],
        "telecom": [{"system": "phone", "value": f"+1212555{number:04d}"}],
        "gender": "female",
        "birthDate": "1960-05-06",
        "address": [{"line": [f"{number} Main Street"], "city": "Springfield", "state": "NY", "country": "US"}],
    }


def coded(system: str, code: str) -> dict:
    return {"coding": [{"system": system, "code": code, "display": f"Code {code}"}], "text": f"Code {code}"}


def moment(days_ago: int) -> str:
    return (NOON - timedelta(days=days_ago)).isoformat()
