"""Facts are kept: every change marks its patient, nothing is lost between two who write, columns come and go."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine, delete, inspect, select, text, update
from sqlalchemy.orm import Session

from journeys.criteria.compile import patients
from journeys.criteria.facts.catch_up import catch_up
from journeys.criteria.facts.facts import read_facts, registered
from journeys.criteria.facts.fill_columns import fill_columns
from journeys.criteria.facts.indexing import indexes_made
from journeys.criteria.facts.members import is_on_facts, members
from journeys.criteria.facts.promote import promote
from journeys.criteria.known import known
from journeys.criteria.publish_segment import publish_segment
from journeys.foundation import database as connections
from journeys.foundation.acting import EVERYWHERE, Act, House, Scope, act
from journeys.store.access import Appointment
from journeys.store.configuration import Definition
from journeys.store.facts import EVERYBODY, FACT_MARK, FactColumn, PatientFact
from journeys.store.organisation import Location
from journeys.store.people import Patient
from journeys.store.putting_in_force.save_draft import save_draft
from tests import make
from tests.servers import Database

pytestmark = pytest.mark.store

NOW = make.NOON
DAY = dt.timedelta(days=1)
MISSED = {"happened": "appointment", "where": [{"field": "status", "is": "is", "value": "noshow"}]}
MISSED_LATELY = {**MISSED, "window": {"last": {"days": 30}}}
BOOKED = {
    "happened": "appointment",
    "where": [{"field": "status", "is": "is", "value": "booked"}],
    "window": {"next": {"days": 30}},
}
RULE = {"any": [{**MISSED_LATELY, "count": {"at_least": 2}}, BOOKED]}


def an_act(now: dt.datetime = NOW, scope: Scope = EVERYWHERE) -> Act:
    return Act(now, "test:facts", scope)


@dataclass
class Clinic:
    """A database with two branches, and a segment whose rule reads columns."""

    database: Database
    engine: Engine
    house: House
    ids: list[int]

    def sessions(self) -> Session:
        return self.house.sessions()

    def catch_up(self, now: dt.datetime = NOW) -> int:
        return act(self.house, an_act(now), catch_up).count

    def marked(self) -> set[int]:
        with self.sessions() as session:
            return set(session.scalars(select(FACT_MARK.c.patient_id)))

    def promote(self, now: dt.datetime = NOW) -> None:
        while promote(self.house, self.database.owner_url, an_act(now)):
            pass

    def check(self, now: dt.datetime = NOW) -> set[int]:
        """Who is in the rule: the same on facts as on records."""
        with self.sessions() as session:
            names, facts = known(session), read_facts(session)
            found = list(session.scalars(members(RULE, now, names, facts)))
            assert sorted(found) == sorted(session.scalars(patients(RULE, now, names)))
        return set(found)


@pytest.fixture
def clinic(database: Database) -> Iterator[Clinic]:
    engine = connections.connect(database.url, connections.WORKER)
    clinic = Clinic(database, engine, House(connections.sessions(engine)), [])
    with clinic.sessions() as session, session.begin():
        here, there = make.branch(session, "here"), make.branch(session, "there", time_zone="Asia/Tokyo")
        people = [make.person(session, at=here), make.person(session, at=there), make.person(session, at=there)]
        clinic.ids += [person.id for person in people]
        content = {"format": 1, "name": {"en": "Missed"}, "description": {}, "rule": RULE, "focus": None}
        save_draft(session, an_act(), "segment", "missed", {"en": "Missed"}, content)
        publish_segment(session, an_act(), "missed")
        session.add_all(an_appointment(clinic.ids[0], -step * DAY) for step in (1, 2))
        session.add(an_appointment(clinic.ids[1], 2 * DAY, status="booked"))
    clinic.catch_up()
    clinic.promote()
    yield clinic
    engine.dispose()


def an_appointment(patient_id: int, off: dt.timedelta, status: str = "noshow") -> Appointment:
    return Appointment(patient_id=patient_id, status=status, start_at=NOW + off)


def test_rules_in_force_get_their_columns(clinic: Clinic) -> None:
    with clinic.sessions() as session:
        facts = read_facts(session)
        assert is_on_facts(RULE, known(session), facts)
        assert session.scalars(select(FactColumn.needed_by)).all() == [["missed"], ["missed"]]
        indexes = [index["column_names"] for index in inspect(clinic.engine).get_indexes("patient_fact")]
        # all of them hold dates: when a day begins somewhere, nobody who lives elsewhere is read
        assert all([name, "zone"] in indexes for name in facts.columns)
    assert clinic.check() == set(clinic.ids[:2])
    assert clinic.marked() == set()


def statements(clinic: Clinic) -> dict[str, Any]:
    """Ways to change whose facts are true; each marks the second patient, or everybody."""
    mine = Appointment.patient_id == clinic.ids[1]
    patient = update(Patient).where(Patient.id == clinic.ids[1])
    return {
        "update": update(Appointment).where(mine).values(status="cancelled"),
        "delete": delete(Appointment).where(mine),
        "language": patient.values(language="es"),
        "merge": patient.values(merged_into_id=clinic.ids[0]),
    }


@pytest.mark.parametrize("way", ["update", "delete", "language", "merge"])
def test_whoever_changes_something_marks_the_patient(clinic: Clinic, way: str) -> None:
    with clinic.sessions() as session:
        session.execute(statements(clinic)[way])
        assert set(session.scalars(select(FACT_MARK.c.patient_id))) == {clinic.ids[1]}
        session.rollback()
    assert clinic.marked() == set()
    with clinic.sessions() as session, session.begin():
        session.execute(statements(clinic)[way])
    expected = clinic.check()
    assert clinic.ids[1] not in expected or way == "language"
    assert clinic.catch_up() == 1
    assert clinic.check() == expected
    assert clinic.marked() == set()


def test_a_record_that_moves_marks_both_patients_and_a_new_one_its_own(clinic: Clinic) -> None:
    first, second, third = clinic.ids
    with clinic.sessions() as session, session.begin():
        session.execute(update(Appointment).where(Appointment.patient_id == second).values(patient_id=third))
    assert clinic.marked() == {second, third}
    assert clinic.check() == {first, third}
    clinic.catch_up()
    with clinic.sessions() as session, session.begin():
        session.add(an_appointment(second, DAY, status="booked"))
    assert clinic.marked() == {second}
    assert clinic.check() == {first, second, third}


def test_what_facts_do_not_rest_on_marks_nobody(clinic: Clinic) -> None:
    with clinic.sessions() as session, session.begin():
        session.execute(update(Appointment).values(cancellation_reason="rain"))
        session.execute(update(Patient).values(updated_at=NOW))
    assert clinic.marked() == set()


@pytest.mark.parametrize("change", [{"time_zone": "Pacific/Auckland"}, {"slug": "elsewhere"}])
def test_a_branch_that_changes_marks_everybody(clinic: Clinic, change: dict[str, str]) -> None:
    with clinic.sessions() as session, session.begin():
        session.execute(update(Location).where(Location.slug == "there").values(**change))
    assert clinic.marked() == {EVERYBODY}
    clinic.check()
    assert clinic.catch_up() == 3
    assert clinic.check() == set(clinic.ids[:2])


def test_a_table_that_is_emptied_marks_everybody(clinic: Clinic) -> None:
    owner = connections.connect(clinic.database.owner_url, connections.OWNER)
    with owner.begin() as connection:
        connection.execute(text("TRUNCATE appointment CASCADE"))
    owner.dispose()
    assert EVERYBODY in clinic.marked()
    assert clinic.check() == set()


def test_who_writes_while_facts_are_caught_up_is_not_lost(clinic: Clinic) -> None:
    first, second, third = clinic.ids
    with clinic.sessions() as early, clinic.sessions() as catching:
        early.add(an_appointment(third, DAY, status="booked"))
        early.flush()
        with catching.begin():
            assert catch_up(catching, an_act()).count == 0
        with catching.begin():
            session = catching
            session.add(an_appointment(second, 3 * DAY))
            session.flush()
            # marked by both: this one's mark is taken, the other's is not to be seen yet
            assert catch_up(session, an_act()).count == 1
            early.commit()
        assert clinic.marked() == {third}
    assert clinic.check() == {first, second, third}
    assert clinic.catch_up() == 1


def test_who_is_marked_often_hides_nobody_else_who_is_marked(clinic: Clinic) -> None:
    first, second, _ = clinic.ids
    with clinic.sessions() as session, session.begin():
        # each statement leaves a mark of its own
        for patient in (first, first, second):
            session.add(an_appointment(patient, DAY))
            session.flush()
    caught = act(clinic.house, an_act(), catch_up, 2)
    assert (caught.count, caught.is_left) == (1, True)
    assert clinic.marked() == {second}
    caught = act(clinic.house, an_act(), catch_up, 2)
    assert (caught.count, caught.is_left) == (1, False)
    assert clinic.marked() == set()
    assert clinic.check() == {first, second}


def test_who_is_marked_and_outdated_hides_nobody_else_who_is_outdated(clinic: Clinic) -> None:
    first, second, _ = clinic.ids
    with clinic.sessions() as session, session.begin():
        session.add(an_appointment(first, DAY, status="booked"))
    clinic.catch_up()
    with clinic.sessions() as session, session.begin():
        session.add(an_appointment(first, -3 * DAY))
    later = NOW + 3 * DAY
    caught = act(clinic.house, an_act(later), catch_up, 2)
    assert (caught.count, caught.is_left) == (2, True)
    assert act(clinic.house, an_act(later), catch_up, 2).count == 0
    assert clinic.check(later) == {first}


def test_a_date_counts_at_its_very_instant_and_time_alone_makes_facts_outdated(clinic: Clinic) -> None:
    first, second, _ = clinic.ids
    visit = NOW + 2 * DAY
    moment = dt.timedelta(microseconds=1)
    for now, expected in ((visit - moment, True), (visit, True), (visit + moment, False)):
        assert (second in clinic.check(now)) is expected
    for now, expected in ((visit, True), (visit + moment, False), (visit + 40 * DAY, False)):
        clinic.catch_up(now)
        assert (second in clinic.check(now)) is expected
    assert first not in clinic.check(visit + 40 * DAY)
    # a clock that is behind changes nothing, and reads the records
    assert clinic.catch_up(NOW) == 0
    assert clinic.check(NOW) == {first, second}


def test_the_portal_sees_the_same_in_its_own_branches(clinic: Clinic) -> None:
    portal = connections.connect(clinic.database.url, connections.PORTAL)
    house = House(connections.sessions(portal))
    with clinic.sessions() as session:
        [there] = session.scalars(select(Location.id).where(Location.slug == "there"))

    def found(session: Session, act: Act) -> set[int]:
        return set(session.scalars(members(RULE, act.now, known(session), read_facts(session))))

    def book(session: Session, act: Act) -> None:
        session.add(an_appointment(clinic.ids[2], DAY, status="booked"))

    own = an_act(scope=Scope(frozenset([there])))
    assert act(house, own, found) == {clinic.ids[1]}
    act(house, own, book)
    assert act(house, own, found) == set(clinic.ids[1:])
    assert act(house, an_act(), found) == set(clinic.ids)
    assert act(house, an_act(scope=Scope()), found) == set()
    portal.dispose()


def test_filling_a_column_in_hides_from_nobody_that_time_has_passed(clinic: Clinic) -> None:
    with clinic.sessions() as session, session.begin():
        session.execute(update(FactColumn).values(status="building", built_up_to=0))
    assert act(clinic.house, an_act(NOW + 3 * DAY), fill_columns).count == 3
    assert clinic.marked() == {clinic.ids[1]}


def test_columns_that_nobody_needs_go(clinic: Clinic) -> None:
    with clinic.sessions() as session, session.begin():
        session.execute(update(Definition).where(Definition.slug == "missed").values(status="paused"))
    for days, status in ((0, "ready"), (1, "retired")):
        clinic.promote(NOW + days * DAY)
        with clinic.sessions() as session:
            assert set(session.scalars(select(FactColumn.status))) == {status}
    clinic.check(NOW + DAY)
    clinic.promote(NOW + 2 * DAY)
    with clinic.sessions() as session, session.begin():
        assert registered(session) == {}
        columns = [column["name"] for column in inspect(clinic.engine).get_columns("patient_fact")]
        assert columns == [column.name for column in PatientFact.__table__.columns]
        session.execute(update(Appointment).values(status="cancelled"))
    assert clinic.marked() == set()


def test_a_column_is_taken_up_again_where_it_was_left(clinic: Clinic) -> None:
    owner = connections.connect(clinic.database.owner_url, connections.OWNER)
    [name] = [name for name, each in registered_columns(clinic).items() if each.definition["way"] == "next"]
    with owner.begin() as connection:
        # as a server that went down while it made the index leaves it
        connection.execute(
            text(f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_patient_fact_{name}'::regclass")
        )
        connection.execute(update(FactColumn).values(status="building", built_up_to=clinic.ids[1]))
    owner.dispose()
    clinic.check()
    clinic.promote()
    with clinic.sessions() as session:
        assert len(read_facts(session).columns) == 2
    assert clinic.check() == set(clinic.ids[:2])


def test_a_column_made_before_gets_the_index_of_today(clinic: Clinic) -> None:
    with clinic.sessions() as session:
        made = indexes_made(session)
    [name] = [name for name, each in registered_columns(clinic).items() if each.definition["way"] == "next"]
    owner = connections.connect(clinic.database.owner_url, connections.OWNER)
    with owner.begin() as connection:
        connection.execute(text(f"DROP INDEX ix_patient_fact_{name}"))
        connection.execute(text(f"CREATE INDEX ix_patient_fact_{name} ON patient_fact ({name})"))
    owner.dispose()
    clinic.promote()
    with clinic.sessions() as session:
        assert indexes_made(session) == made
    assert clinic.check() == set(clinic.ids[:2])


def registered_columns(clinic: Clinic) -> dict[str, Any]:
    with clinic.sessions() as session:
        return registered(session)
