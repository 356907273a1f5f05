"""Finding, opening and reading patients: through tokens, within the scope, a page at a time, audited."""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from journeys.foundation.acting import EVERYWHERE, Act, House, Scope, act
from journeys.foundation.audit import AuditEntry
from journeys.foundation.database import OWNER, PORTAL, connect, sessions
from journeys.foundation.errors import Missing
from journeys.store import Location, Patient
from journeys.store.finding import find_patients as finding
from journeys.store.finding.find_patients import Terms, find_patients
from journeys.store.finding.open_patient import open_patient
from journeys.store.timeline.sources import Wanted
from journeys.store.timeline.timeline import KINDS, timeline
from tests.make import NOON, branch, consent
from tests.servers import Database
from tests.unit.store.conftest import Importing
from tests.unit.store.resources import ANNA, encounter, observation, panel, patient

pytestmark = pytest.mark.store


@pytest.fixture
def portal(database: Database) -> Iterator[House]:
    engine = connect(database.url, PORTAL)
    yield House(sessions(engine))
    engine.dispose()


def doing(scope: Scope = EVERYWHERE) -> Act:
    return Act(NOON, "user:nurse", scope)


def named(id: str, given: str, family: str, **facts: Any) -> dict[str, Any]:
    return patient(id, name=[{"given": [given], "family": family}], telecom=[], **facts)


@pytest.fixture
def people(importing: Importing) -> None:
    importing(
        patient(),
        named("bob", "Bob", "Mueller", birthDate="1980-01-01"),
        named("christine", "Christine", "O'Neill-Smith", birthDate="1980-01-01"),
        named("christopher", "Christopher", "Li"),
        patient("carl", name=[{"given": ["Carl"]}], telecom=[{"system": "email", "value": "Carl@Example.org"}]),
        patient("gone", link=[{"other": {"reference": "Patient/anna"}, "type": "replaced-by"}]),
    )


def found(house: House, typed: str, **more: Any) -> list[str]:
    page = act(house, doing(), find_patients, Terms.of_text(typed, **more))
    return sorted(str(each.name).split()[0] for each in page.patients)


@pytest.fixture(params=["looked up", "beside each other"])
def each_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """How people with several names are found depends on how frequent these are; who is found does not."""
    if request.param == "beside each other":
        monkeypatch.setattr(finding, "FREQUENT", 0)


@pytest.mark.usefixtures("each_way")
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("müller", ["Anna"]),
        ("christ smith", ["Christine"]),
        ("smith o'neill christ", ["Christine"]),
        ("christopher li mul", []),
        ("MULLER anna", ["Anna"]),
        ("mul", ["Anna"]),
        ("anna bob", []),
        ("christ", ["Christine", "Christopher"]),
        ("christop", ["Christopher"]),
        ("li", ["Christopher"]),
        ("l", []),
        ("o'neill", ["Christine"]),
        ("smith", ["Christine"]),
        ("212-555-0123", ["Anna"]),
        ("(212) 555 0123", ["Anna"]),
        ("MRN-bob", ["Bob"]),
        ("mrnbob1", []),
        ("carl@example.ORG", ["Carl"]),
        ("1980-01-01", ["Bob", "Christine"]),
        ("1980-01-01 mueller", ["Bob"]),
        ("", ["Anna", "Bob", "Carl", "Christine", "Christopher"]),
    ],
)
def test_people_are_found_by_what_is_known_of_them(people: None, house: House, typed: str, expected: list[str]) -> None:
    terms = Terms.of_text(typed)
    if typed.startswith("MRN"):
        terms = Terms(identifier=typed)
    page = act(house, doing(), find_patients, terms)
    assert sorted(str(each.name).split()[0] for each in page.patients) == expected


def test_names_that_sound_alike_are_found_when_asked_for(people: None, house: House) -> None:
    assert found(house, "meller") == []
    assert found(house, "meller", by_sound=True) == ["Anna", "Bob"]


def test_pages_follow_each_other_without_gap_or_repeat(importing: Importing, house: House) -> None:
    importing(*(named(f"p{number}", "Christine" if number % 3 else "Christopher", "Li") for number in range(30)))
    seen: list[int] = []
    after: int | None = 0
    while after is not None:
        page = act(house, doing(), find_patients, Terms.of_text("christopher"), after=after, limit=4)
        seen.extend(each.id for each in page.patients)
        assert len(page.patients) <= 4
        after = page.after
    assert len(seen) == len(set(seen)) == 10


@pytest.mark.usefixtures("each_way")
def test_pages_of_two_names_follow_each_other_too(importing: Importing, house: House) -> None:
    importing(*(named(f"p{number}", "Anna" if number % 3 else "Bob", "Lindner") for number in range(30)))
    for typed, count in (("bob lind", 10), ("anna lindner", 20), ("ann lin", 20), ("bob anna", 0)):
        seen: list[int] = []
        after: int | None = 0
        while after is not None:
            page = act(house, doing(), find_patients, Terms.of_text(typed), after=after, limit=4)
            seen.extend(each.id for each in page.patients)
            assert len(page.patients) == min(4, count - len(seen) + len(page.patients))
            after = page.after
        assert seen == sorted(set(seen)) and len(seen) == count


@pytest.mark.usefixtures("each_way")
def test_two_names_within_one_branch_find_nobody_of_another(
    importing: Importing, portal: House, make: sessionmaker[Session]
) -> None:
    with make.begin() as session:
        here, there = branch(session, "here").id, branch(session, "there").id
    importing(*(named(f"p{number}", "Anna", "Lindner") for number in range(3)), branch="here")
    importing(named("elsewhere", "Anna", "Lindner"), branch="there")
    for scope, count in ((Scope(frozenset({here})), 3), (Scope(frozenset({there})), 1), (Scope(), 0), (EVERYWHERE, 4)):
        page = act(portal, doing(scope), find_patients, Terms.of_text("anna lindner"))
        assert len(page.patients) == count


def test_another_branch_finds_nobody(
    importing: Importing, house: House, portal: House, make: sessionmaker[Session]
) -> None:
    with make.begin() as session:
        here, there = branch(session, "here").id, branch(session, "there").id
    importing(patient(), branch="here")
    uid = find_uid(make)
    for scope, count in ((Scope(frozenset({here})), 1), (Scope(frozenset({there})), 0), (Scope(), 0)):
        page = act(portal, doing(scope), find_patients, Terms.of_text("anna"))
        assert len(page.patients) == count
    with pytest.raises(Missing):
        act(portal, doing(Scope(frozenset({there}))), open_patient, uid)
    assert act(portal, doing(Scope(frozenset({here}))), open_patient, uid).patient.name == "Anna Maria Müller"


def find_uid(make: sessionmaker[Session]) -> uuid.UUID:
    with make() as session:
        return session.scalars(select(Patient.uid)).one()


def test_reading_is_audited_without_the_terms(people: None, house: House, database: Database) -> None:
    page = act(house, doing(), find_patients, Terms.of_text("müller 212-555-0123"))
    owner = connect(database.url, OWNER)
    with owner.connect() as connection:
        rows = connection.execute(select(AuditEntry).where(AuditEntry.verb == "store.find_patients")).all()
        everything = str(connection.execute(text("SELECT audit_entry::text FROM audit_entry")).all())
    owner.dispose()
    assert [(row.action, row.subject, row.patient_ids, row.detail) for row in rows] == [
        ("R", "patient", [page.patients[0].id], {"searched": ["name", "number"], "shown": 1})
    ]
    assert "müller" not in everything.casefold()
    assert "5550123" not in everything


def test_the_head_of_a_patient(importing: Importing, house: House, make: sessionmaker[Session]) -> None:
    flag = {"resourceType": "Flag", "id": "f", "status": "active", "subject": ANNA, "code": {"text": "Falls risk"}}
    allergy = {"resourceType": "AllergyIntolerance", "id": "a", "patient": ANNA, "code": {"text": "Penicillin"}}
    over = {**allergy, "id": "b", "clinicalStatus": {"coding": [{"code": "resolved"}]}, "code": {"text": "Nuts"}}
    mother = {"resourceType": "RelatedPerson", "id": "m", "patient": ANNA, "name": [{"text": "Eva Müller"}]}
    importing(patient(address=[{"city": "Lynn", "state": "MA"}]), flag, allergy, over, mother)
    with make.begin() as session:
        anna = session.scalars(select(Patient)).one()
        consent(session, anna)
        consent(session, anna, "deny", from_at=NOON - dt.timedelta(days=1))
        consent(session, anna, "permit", from_at=NOON + dt.timedelta(days=1))
    head = act(house, doing(), open_patient, find_uid(make))
    assert [each.value for each in head.identifiers] == ["MRN-anna"]
    assert [each.value for each in head.telecoms] == ["+12125550123"]
    assert [each.text for each in head.addresses] == ["Lynn, MA"]
    assert [each.name for each in head.related] == ["Eva Müller"]
    assert [each.decision for each in head.consents] == ["deny"]
    assert [each.slug for each in head.branches] == ["emr"]
    assert [(each.kind, each.text) for each in head.alerts] == [("allergy", "Penicillin"), ("flag", "Falls risk")]
    assert head.age(dt.date(2026, 3, 1)) == 51
    assert head.age(dt.date(2026, 3, 2)) == 52


def test_one_timeline_newest_first(importing: Importing, house: House, make: sessionmaker[Session]) -> None:
    report = {
        "resourceType": "DiagnosticReport",
        "id": "r",
        "status": "final",
        "subject": ANNA,
        "code": {"text": "X-ray"},
    }
    importing(
        patient(),
        encounter(type=[{"text": "Check-up"}]),
        panel(142, 91),
        observation("smoking", effectiveDateTime="2025-01-01", valueQuantity=None, valueString="20 a day"),
        {**report, "effectiveDateTime": "2024-06-01", "conclusion": "No fracture."},
        {"resourceType": "Claim", "id": "c", "status": "active", "patient": ANNA, "created": "2023-01-01"},
    )
    with make() as session:
        number = session.scalars(select(Patient.id)).one()
    page = act(house, doing(), timeline, number)
    shown = [(each.kind, each.title, each.value, each.text) for each in page.entries]
    assert shown == [
        ("observation", "Blood pressure", "142/91 mm[Hg]", None),
        ("encounter", "Check-up", None, None),
        ("observation", "HbA1c", None, "20 a day"),
        ("diagnostic-report", "X-ray", None, "No fracture."),
        ("kept-record", "Claim", None, None),
    ]
    assert page.after is None


def test_the_timeline_can_be_filtered_and_paged(
    importing: Importing, house: House, make: sessionmaker[Session]
) -> None:
    same = "2026-02-01T09:00:00-05:00"
    findings = [observation(f"o{number}", effectiveDateTime=same) for number in range(7)]
    visits = [encounter(f"e{number}", period={"start": same}) for number in range(7)]
    importing(patient(), *findings, *visits)
    with make() as session:
        number = session.scalars(select(Patient.id)).one()
    whole = [(each.kind, each.id) for each in act(house, doing(), timeline, number).entries]
    assert len(whole) == 14
    assert whole == sorted(whole, reverse=True)
    paged: list[tuple[str, int]] = []
    after = None
    while True:
        page = act(house, doing(), timeline, number, after=after, limit=3)
        paged.extend((each.kind, each.id) for each in page.entries)
        after = page.after
        if after is None:
            break
    assert paged == whole
    only = act(house, doing(), timeline, number, Wanted(kinds=["encounter"])).entries
    assert {each.kind for each in only} == {"encounter"}
    assert act(house, doing(), timeline, number, Wanted(kinds=[])).entries == []


def test_a_timeline_of_nobody_is_missing(house: House, database: Database) -> None:
    with pytest.raises(Missing):
        act(house, doing(), timeline, 4711)


def test_every_kind_of_entry_can_be_read(importing: Importing, house: House, make: sessionmaker[Session]) -> None:
    importing(patient())
    with make() as session:
        number = session.scalars(select(Patient.id)).one()
        assert session.scalars(select(Location.slug)).one() == "emr"
    for kind in KINDS:
        assert act(house, doing(), timeline, number, Wanted(kinds=[kind])).entries == []
