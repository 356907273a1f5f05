"""The timeline narrowed, begun at one entry, and long: of every branch, bounded in statements, sealed until opened."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event, insert
from sqlalchemy.orm import Session, sessionmaker

from journeys.foundation.act import Scope
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.foundation.database import PORTAL, connect, sessions
from journeys.foundation.errors import Missing
from journeys.store.access import Appointment
from journeys.store.clinical import Encounter, Note, Observation
from journeys.store.contact_marks import ContactMark
from journeys.store.organisation import Practitioner
from journeys.store.people import PatientLocation
from journeys.store.timeline.sources import Wanted
from journeys.store.timeline.timeline import timeline
from tests.make import NOON, added, branch, consent, message, person
from tests.servers import Database

DAY = dt.timedelta(days=1)
DOING = Act(NOON, "user:nurse", EVERYWHERE)
LOINC = "http://loinc.org"


@pytest.fixture
def sarah(make: sessionmaker[Session]) -> dict[str, int]:
    """A patient of two branches: a visit with a result in each, a note, a message, a consent, a mark."""
    with make.begin() as session:
        north, south = branch(session, "north"), branch(session, "south")
        patient = person(session, at=north)
        session.add(PatientLocation(patient_id=patient.id, location_id=south.id))
        doctor = added(session, Practitioner(name="Dr. Adler"))
        for place, days in ((north, 9), (south, 3)):
            at = {"status": "finished", "start_at": NOON - days * DAY, "display": "Check-up"}
            visit = added(
                session,
                Encounter(patient_id=patient.id, location_id=place.id, practitioner_id=doctor.id, **at),
            )
            result(session, patient.id, NOON - days * DAY, visit.id)
        session.add(Note(patient_id=patient.id, written_at=NOON - DAY, written_by="user:nina", text="Prefers mornings"))
        session.add(Appointment(patient_id=patient.id, status="booked", start_at=NOON + 9 * DAY, location_id=south.id))
        message(session, patient, None, channel="sms", status="delivered", sent_at=NOON, body="Come in")
        consent(session, patient)
        facts = {"from_at": NOON - 2 * DAY, "source": "staff", "recorded_by": "user:nina"}
        session.add(ContactMark(patient_id=patient.id, kind="objection", **facts))
        return {"id": patient.id, "north": north.id, "south": south.id}


def result(session: Session, patient_id: int, at: dt.datetime, encounter_id: int | None = None) -> Observation:
    """An HbA1c."""
    facts = {"code_system": LOINC, "code": "4548-4", "display": "HbA1c", "value_number": 6, "value_unit": "%"}
    row = Observation(patient_id=patient_id, status="final", effective_at=at, encounter_id=encounter_id, **facts)
    return added(session, row)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def keep(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", keep)
    yield sent
    event.remove(engine, "before_cursor_execute", keep)


def test_everything_stands_on_one_line_with_its_branch_and_who_it_was(house: House, sarah: dict[str, int]) -> None:
    shown = [
        (each.kind, each.location_id, each.by, each.text) for each in act(house, DOING, timeline, sarah["id"]).entries
    ]
    assert shown == [
        ("appointment", sarah["south"], None, None),
        ("message", None, None, "Come in"),
        ("note", None, "user:nina", "Prefers mornings"),
        ("contact-mark", None, "user:nina", None),
        ("observation", sarah["south"], None, None),
        ("encounter", sarah["south"], "Dr. Adler", None),
        ("observation", sarah["north"], None, None),
        ("encounter", sarah["north"], "Dr. Adler", None),
        ("consent", None, "test:maker", None),
    ]


@pytest.mark.parametrize(
    ("wanted", "kinds"),
    [
        (Wanted(kinds=("note", "consent")), ["note", "consent"]),
        (Wanted(since=NOON - 3 * DAY, until=NOON - DAY), ["contact-mark", "observation", "encounter"]),
        (Wanted(text="hba1"), ["observation", "observation"]),
        (Wanted(text="4548"), ["observation", "observation"]),
        (Wanted(text="548-4"), []),
        (Wanted(text="%"), []),
        (Wanted(kinds=()), []),
    ],
)
def test_it_is_narrowed(house: House, sarah: dict[str, int], wanted: Wanted, kinds: list[str]) -> None:
    assert [each.kind for each in act(house, DOING, timeline, sarah["id"], wanted).entries] == kinds


def test_a_branch_shows_what_was_there(house: House, sarah: dict[str, int]) -> None:
    there = act(house, DOING, timeline, sarah["id"], Wanted(location_id=sarah["south"])).entries
    assert [each.kind for each in there] == ["appointment", "observation", "encounter"]
    assert {each.location_id for each in there} == {sarah["south"]}


def test_it_begins_with_the_entry_that_is_asked_for(house: House, sarah: dict[str, int]) -> None:
    whole = [(each.kind, each.id) for each in act(house, DOING, timeline, sarah["id"]).entries]
    for place, entry in enumerate(whole):
        found = act(house, DOING, timeline, sarah["id"], first=entry).entries
        assert [(each.kind, each.id) for each in found] == whole[place:]
    lost = act(house, DOING, timeline, sarah["id"], first=("note", 4711)).entries
    assert [(each.kind, each.id) for each in lost] == whole


def test_another_branch_reads_nothing(database: Database, sarah: dict[str, int], make: sessionmaker[Session]) -> None:
    with make.begin() as session:
        elsewhere = branch(session, "elsewhere").id
    engine = connect(database.url, PORTAL)
    portal = House(sessions(engine))
    with pytest.raises(Missing):
        act(portal, Act(NOON, "user:nurse", Scope(frozenset({elsewhere}))), timeline, sarah["id"])
    south = Act(NOON, "user:nurse", Scope(frozenset({sarah["south"]})))
    assert len(act(portal, south, timeline, sarah["id"]).entries) == 9
    engine.dispose()


def test_a_long_one_is_read_in_as_many_statements_as_a_short_one(
    house: House, engine: Engine, make: sessionmaker[Session], sarah: dict[str, int]
) -> None:
    with counted(engine) as few:
        act(house, DOING, timeline, sarah["id"])
    with make.begin() as session:
        facts = {"patient_id": sarah["id"], "status": "final", "code_system": LOINC, "code": "8867-4"}
        rows = [{**facts, "effective_at": NOON - dt.timedelta(hours=7 * number)} for number in range(5_000)]
        session.execute(insert(Observation), rows)
    with counted(engine) as many:
        page = act(house, DOING, timeline, sarah["id"])
    assert len(page.entries) == 50
    assert len(many) <= len(few)
    assert len([each for each in many if "UNION ALL" in each]) == 1
    assert not [each for each in many if "OFFSET" in each]
    seen, after = len(page.entries), page.after
    while after is not None:
        page = act(house, DOING, timeline, sarah["id"], after=after, limit=1_000)
        seen, after = seen + len(page.entries), page.after
    assert seen == 5_009
