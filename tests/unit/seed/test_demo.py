"""The demo clinic: the same seed gives the same people, a second load adds nothing, everything in it is plausible."""

import datetime as dt
import re
import zoneinfo

import pytest
from sqlalchemy import func, select, text

from config import PROJECT
from journeys.criteria.compile import patients as patients_in
from journeys.criteria.known import known
from journeys.flow.entry.enrol import enrol
from journeys.flow.packs.folder import read_folder
from journeys.flow.packs.load import ALL_BUT_JOURNEYS, EVERYTHING, load
from journeys.flow.publishing.publish import publish
from journeys.foundation import database as databases
from journeys.foundation import tokens
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.store import (
    Appointment,
    CarePlanActivity,
    Encounter,
    Enrolment,
    Location,
    Observation,
    Patient,
    PatientTelecom,
    PatientToken,
    PractitionerRole,
    Referral,
    TaskQueue,
)
from journeys.store.scope import scope_of
from seed import demo
from seed.demo import calendar, data, loading

pytestmark = pytest.mark.store

NOW = dt.datetime(2026, 6, 15, 14, 0, tzinfo=dt.UTC)
PATIENTS = 120
ACT = Act(NOW, "user:cora", EVERYWHERE)

FACTS = text(
    "SELECT birth_date, gender, language, payer_class, time_zone, deceased_at,"
    " (SELECT count(*) FROM encounter e WHERE e.patient_id = p.id),"
    " (SELECT max(start_at) FROM appointment a WHERE a.patient_id = p.id),"
    " (SELECT sum(value_number) FROM observation o WHERE o.patient_id = p.id),"
    " (SELECT string_agg(code, ',' ORDER BY code) FROM condition c WHERE c.patient_id = p.id)"
    " FROM patient p JOIN source_record s ON s.id = p.source_record_id ORDER BY s.outside_id::int"
)


@pytest.fixture
def house(database):
    engine = databases.connect(database.url, databases.WORKER)
    yield House(databases.sessions(engine))
    engine.dispose()


@pytest.fixture(scope="module")
def clinic(cluster):
    """A demo clinic that the tests only read."""
    database = cluster.new()
    engine = databases.connect(database.url, databases.WORKER)
    house = House(databases.sessions(engine))
    demo.load(house, NOW, PATIENTS)
    for name, folders in (("base", EVERYTHING), ("hypertension-recall", ALL_BUT_JOURNEYS)):
        act(house, ACT, load, read_folder(PROJECT / "seed" / "packs" / name), publish_folders=folders)
    yield house
    engine.dispose()
    cluster.drop(database)


@pytest.fixture
def session(clinic):
    with clinic.sessions() as opened:
        yield opened


def test_a_second_load_adds_nothing(clinic):
    assert demo.load(clinic, NOW + dt.timedelta(days=3), PATIENTS) == 0


def test_an_interrupted_load_goes_on_with_the_same_people(house, cluster, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 20)
    demo.load(house, NOW, 40)
    assert demo.load(house, NOW, 70) == 30
    in_two_goes = facts(house)
    other = cluster.new()
    engine = databases.connect(other.url, databases.WORKER)
    at_once = House(databases.sessions(engine))
    demo.load(at_once, NOW, 70)
    assert facts(at_once) == in_two_goes
    engine.dispose()
    cluster.drop(other)


def test_another_seed_gives_other_people(house, cluster):
    demo.load(house, NOW, 20)
    first = facts(house)
    other = cluster.new()
    engine = databases.connect(other.url, databases.WORKER)
    elsewhere = House(databases.sessions(engine))
    demo.load(elsewhere, NOW, 20, seed=7)
    assert facts(elsewhere) != first
    engine.dispose()
    cluster.drop(other)


def facts(house):
    with house.sessions() as session:
        return session.execute(FACTS).all()


def test_phones_and_mails_are_nobodys(session):
    values = {telecom.system: [] for telecom in session.scalars(select(PatientTelecom))}
    for telecom in session.scalars(select(PatientTelecom)):
        values[telecom.system].append(telecom.value)
    assert values["phone"]
    assert all(re.fullmatch(r"\+1\d{3}55501\d\d", value) for value in values["phone"])
    assert all(value.endswith("@example.org") for value in values["email"])


def test_sarah_is_found_and_ready_for_the_recall(session):
    found = select(PatientToken.patient_id).where(PatientToken.token == tokens.blind(tokens.WORD, "mitchell"))
    sarah = next(patient for patient in patients(session, found) if patient.name == "Sarah Mitchell")
    review = session.scalars(
        select(CarePlanActivity).where(CarePlanActivity.patient_id == sarah.id, CarePlanActivity.code == "75367002")
    ).one()
    assert dt.timedelta(days=16) <= review.due_on - NOW.date() <= dt.timedelta(days=27)
    assert review.interval_days == 182
    referral = session.scalars(select(Referral).where(Referral.patient_id == sarah.id)).one()
    assert (referral.status, (NOW - referral.ordered_at).days) == ("sent", 42)
    ahead = select(func.count()).select_from(Appointment)
    assert session.scalar(ahead.where(Appointment.patient_id == sarah.id, Appointment.start_at > NOW)) == 0


def patients(session, ids):
    return session.scalars(select(Patient).where(Patient.id.in_(ids)))


def test_visits_lie_in_opening_hours(session):
    hours = {branch["slug"]: branch["hours"] for branch in data.clinic()["branches"]}
    closed = set(calendar.closed_days(NOW.date()))
    visits = session.execute(
        select(Appointment.start_at, Location.slug, Location.time_zone).join(
            Location, Location.id == Appointment.location_id
        )
    ).all()
    assert len(visits) > 100
    for start, slug, zone in visits:
        local = start.astimezone(zoneinfo.ZoneInfo(zone))
        assert local.date().isoformat() not in closed
        stretches = hours[slug][str(local.isoweekday())]
        assert any(opens <= f"{local:%H:%M}" < closes for opens, closes in stretches)


def test_the_dead_have_no_later_care(session):
    late = select(func.count()).select_from(Encounter).join(Patient, Patient.id == Encounter.patient_id)
    assert session.scalar(late.where(Encounter.start_at > Patient.deceased_at)) == 0
    measured = select(func.count()).select_from(Observation).join(Patient, Patient.id == Observation.patient_id)
    assert session.scalar(measured.where(Observation.effective_at > Patient.deceased_at)) == 0


def test_nothing_that_happened_lies_ahead(session):
    done = select(func.count()).select_from(Appointment)
    done = done.where(Appointment.start_at > NOW, Appointment.status != "booked")
    assert session.scalar(done) == 0
    assert session.scalar(select(func.count()).where(Observation.effective_at > NOW)) == 0


def test_sarah_and_others_are_let_in_once_the_consultant_publishes(session):
    publish(session, ACT, "hypertension-recall")
    enrol(session, ACT, "hypertension-recall")
    inside = patients(session, select(Enrolment.patient_id))
    assert "Sarah Mitchell" in {patient.name for patient in inside}
    session.rollback()


def test_the_segments_of_the_field_have_people(session):
    pack = read_folder(PROJECT / "seed" / "packs" / "segments-core")
    load(session, ACT, pack, publish_folders=EVERYTHING)
    in_force = known(session)
    sizes = {}
    for slug in pack.of("segments"):
        members = patients_in(in_force.segments[slug], NOW, in_force).subquery()
        sizes[slug] = session.scalar(select(func.count()).select_from(members))
    session.rollback()
    assert max(sizes.values()) < PATIENTS
    assert len([slug for slug, size in sizes.items() if size]) >= 18, sizes


def test_staff_see_their_branches(session):
    branches = dict(session.execute(select(Location.slug, Location.id)).all())
    for sign_in in demo.sign_ins():
        scope = scope_of(session, sign_in.username, NOW.date())
        expected = None if not sign_in.branches else frozenset(branches[slug] for slug in sign_in.branches)
        assert scope.locations == expected, sign_in.username
    assert {sign_in.role for sign_in in demo.sign_ins()} == {"consultant", "administrator", "staff"}


def test_every_branch_has_people_for_every_queue(session):
    queues = session.scalars(select(TaskQueue.role_code)).all()
    branches = session.scalars(select(Location.id)).all()
    roles = {tuple(row) for row in session.execute(select(PractitionerRole.code, PractitionerRole.location_id))}
    assert len(queues) == 5
    assert {(queue, branch) for queue in queues for branch in branches} <= roles
