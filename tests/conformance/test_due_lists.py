"""Who is due for what among independent patients: as a sample read by hand says, and as plain code over raw FHIR says.

The pack `guidelines-core` over the bundles of `shared/data/fhir`, as of several days.
"""

import datetime as dt
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.security.roles import role_names
from journeys.care.guidelines.dating import Looking
from journeys.care.guidelines.in_force import guidelines_in_force, refusals_at
from journeys.care.guidelines.standing import standings
from journeys.criteria.known import known
from journeys.flow.packs.folder import read_folder
from journeys.flow.packs.load import EVERYTHING
from journeys.flow.packs.load import load as load_pack
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.foundation.database import WORKER, connect, sessions
from journeys.store import Patient, SourceRecord
from journeys.store.importing.load import Choices, Watch, load
from journeys.store.tasks import TaskQueue
from launcher import packs
from tests.conformance.due_by_hand import BY_HAND, Chart, Stand
from tests.servers import Cluster

BUNDLES = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "fhir" / "synthea_20_transaction_bundles.zip"
NOW = dt.datetime(2021, 4, 2, 16, tzinfo=dt.UTC)
MOMENTS = [NOW, *(dt.datetime(year, 7, 1, 12, tzinfo=dt.UTC) for year in (2012, 2013, 2014, 2016, 2017, 2018, 2019))]

pytestmark = [
    pytest.mark.store,
    pytest.mark.slow,
    pytest.mark.skipif(not BUNDLES.is_file(), reason="the independent records are not here"),
]

QUEUES = ("recall", "nurse", "front-desk", "clinician", "medical-lead")

Stands = dict[tuple[str, str], Stand]
"""Patient's id in the bundles, guideline → status and due date."""


READ_BY_HAND = (
    # hypertension since 1981, 57 years old, blood pressure on 2020-12-08: six months later
    ("3cb52497", "blood-pressure-review", "satisfied", "2021-06-08"),
    # hypertension since 2004, last blood pressure on 2019-08-09, none in the year of the pandemic
    ("67cbf090", "blood-pressure-review", "overdue", "2020-02-09"),
    # HbA1c 5.8 % on 2020-12-08
    ("3cb52497", "hba1c-borderline", "satisfied", "2021-12-08"),
    # 6.16 % on 2020-08-19: its window opens in July
    ("8c0f46f4", "hba1c-borderline", "satisfied", "2021-08-19"),
    # died on 2018-04-27, three months after his last HbA1c
    ("cccb981f", "hba1c-borderline", "excluded", "2019-01-13"),
    # two colonoscopies, the last on 2017-09-18
    ("8c0f46f4", "colorectal-screening", "satisfied", "2027-09-18"),
    # a polyp in 2010, colonoscopies in 2012 and on 2017-01-16
    ("2807decf", "colorectal-screening", "satisfied", "2027-01-16"),
    # cancer of the colon in 2014, part of it taken out
    ("6e412edd", "colorectal-screening", "excluded", "2024-11-27"),
    # 67 years old, no test of the colon in any record
    ("beaf0c3d", "colorectal-screening", "overdue", "1998-05-22"),
    # 58 years old, the same
    ("8364ff74", "colorectal-screening", "overdue", "2009-06-22"),
    # 27 years old, no smear in any record
    ("6f5557bb", "cervical-screening", "overdue", "2014-06-30"),
    # 70 years old, no mammogram in any record
    ("f2012e2f", "breast-screening", "overdue", "1990-09-30"),
    # five months old, doses on 2021-01-26 and 2021-03-30: the third at six months, but four weeks after the second
    ("1ae0605d", "childhood-dtap", "satisfied", "2021-04-27"),
    # four years old, the fifth dose six days ago: nothing is left
    ("429342a7", "childhood-dtap", "satisfied", None),
)
"""Beginning of the patient's id, guideline, status and due date on 2021-04-02, read in the bundles line by line."""

MEANT_FOR_NOBODY = (
    # eight and ten years old: out of the ages of the vaccine
    ("9ccf4d74", "childhood-dtap"),
    ("a3d8b846", "childhood-dtap"),
    # 19 years old, and 67: out of the ages of the smear
    ("61743a71", "cervical-screening"),
    ("beaf0c3d", "cervical-screening"),
    # 76 years old: out of the ages of colorectal screening
    ("2094b6fa", "colorectal-screening"),
    # four active medicines, one less than asks for a review
    ("dba34946", "medication-review"),
    # three blood pressures in the record and no hypertension
    ("e4531916", "blood-pressure-review"),
)


@pytest.fixture(scope="module")
def engine(cluster: Cluster) -> Iterator[Engine]:
    """A clinic with the bundles imported and the pack of guidelines in force."""
    fresh = cluster.new()
    made = connect(fresh.url, WORKER)
    house = House(sessions(made))
    load(house, NOW, "worker:import", (BUNDLES,), Choices(), Watch())
    doing = Act(NOW, "setup:pack", EVERYWHERE, purpose="configuration")
    act(house, doing, lambda session, _: session.add_all(TaskQueue(slug=each, name={"en": each}) for each in QUEUES))
    for name in (packs.SHARED_POLICY, packs.SEGMENTS_OF_THE_FIELD, "guidelines-core"):
        content = read_folder(packs.PACKS / name)
        act(house, doing, load_pack, content, publish_folders=EVERYTHING, known_roles=role_names())
    yield made
    made.dispose()
    cluster.drop(fresh)


def found_by_waymark(engine: Engine, now: dt.datetime) -> Stands:
    """Where everybody stands by the guidelines in force."""
    found: Stands = {}
    with Session(engine) as session:
        outside = dict(
            session.execute(
                select(SourceRecord.patient_id, SourceRecord.outside_id).where(SourceRecord.resource_type == "Patient")
            ).all()
        )
        for each in guidelines_in_force(session):
            looking = Looking(now, known(session), select(Patient.id), past=now < NOW)
            for row in session.execute(standings(each.guideline, looking, refusals_at(each.id, now))).mappings():
                found[outside[row["patient_id"]], each.slug] = row["status"], row["due_on"]
    return found


def found_by_hand(now: dt.datetime) -> Stands:
    """Where everybody stands by the raw resources."""
    found: Stands = {}
    with zipfile.ZipFile(BUNDLES) as archive:
        bundles = [json.loads(archive.read(name)) for name in archive.namelist()]
    for bundle in bundles:
        resources = [entry["resource"] for entry in bundle["entry"]]
        if not any(each["resourceType"] == "Patient" for each in resources):
            continue
        chart = Chart(resources, now)
        for slug, stand_in in BY_HAND.items():
            stand = stand_in(chart)
            if stand is not None:
                found[chart.patient["id"], slug] = stand
    return found


@pytest.mark.parametrize("now", MOMENTS, ids=lambda now: str(now.date()))
def test_everybody_stands_where_plain_code_over_the_raw_records_says(engine: Engine, now: dt.datetime) -> None:
    expected = found_by_hand(now)
    found = {key: stand for key, stand in found_by_waymark(engine, now).items() if key[1] in BY_HAND}
    assert expected
    assert found == expected


def test_a_sample_stands_where_somebody_who_read_the_records_puts_it(engine: Engine) -> None:
    found = {(patient[:8], slug): stand for (patient, slug), stand in found_by_waymark(engine, NOW).items()}
    for patient, slug, status, due_on in READ_BY_HAND:
        assert found[patient, slug] == (status, None if due_on is None else dt.date.fromisoformat(due_on))
    assert not found.keys() & set(MEANT_FOR_NOBODY)
