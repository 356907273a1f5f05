"""An act happens whole or not at all; a refusal is the one thing that is kept of an act that failed."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from journeys.contact.replies.receive import take_in
from journeys.flow.publishing.approve import approve
from journeys.flow.running.advance import advance
from journeys.foundation import audit
from journeys.foundation.acting import EVERYWHERE, Act, House, Scope, act, ring_after_commit, verb_name
from journeys.foundation.audit import AuditEntry
from journeys.foundation.database import OWNER, WORKER, connect, sessions
from journeys.foundation.errors import Forbidden
from journeys.store import Event, Patient
from journeys.store.events import emit, emitted, of_this_transaction
from journeys.store.finding.find_patients import find_patients
from tests.make import NOON, person
from tests.servers import Database

pytestmark = pytest.mark.store

DOING = Act(NOON, "user:nurse", EVERYWHERE, cause="test")


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    engine = connect(database.url, WORKER)
    yield engine
    engine.dispose()


@pytest.fixture
def rung() -> list[str]:
    return []


@pytest.fixture
def house(engine: Engine, rung: list[str]) -> House:
    return House(sessions(engine), ring=rung.append)


@pytest.fixture
def stored(database: Database) -> Callable[[Any], int]:
    """`stored(Table)`: how many rows there are, asked by the owner after everything."""

    def count(table: Any) -> int:
        owner = connect(database.url, OWNER)
        try:
            with owner.connect() as connection:
                return int(connection.execute(select(func.count()).select_from(table)).scalar_one())
        finally:
            owner.dispose()

    return count


def audited(database: Database) -> list[Any]:
    owner = connect(database.url, OWNER)
    try:
        with owner.connect() as connection:
            return list(connection.execute(select(AuditEntry).order_by(AuditEntry.id)))
    finally:
        owner.dispose()


def admit(session: Session, act: Act) -> int:
    """Make a patient, tell it, note it, ring."""
    patient = person(session, sms=None)
    emit(session, act, "patient.created", [{"patient_id": patient.id}])
    audit.note(session, "C", "patient", [patient.id], [patient.id])
    ring_after_commit(session, "advance")
    ring_after_commit(session, "advance")
    return patient.id


def admit_and_fail(session: Session, act: Act) -> None:
    admit(session, act)
    session.flush()
    raise RuntimeError("in the middle")


def admit_and_refuse(session: Session, act: Act) -> None:
    admit(session, act)
    raise Forbidden("not you")


def look(session: Session, act: Act) -> None:
    """Note nothing."""


def idle(session: Session, act: Act) -> None:
    audit.nothing_happened(session)


def test_an_act_commits_what_the_verb_did(
    house: House, stored: Callable[[Any], int], rung: list[str], database: Database
) -> None:
    number = act(house, DOING, admit)
    assert (stored(Patient), stored(Event)) == (1, 1)
    assert rung == ["advance"]
    row = audited(database)[0]
    assert (row.actor, row.action, row.subject, row.patient_ids) == ("user:nurse", "C", "patient", [number])
    assert (row.at, row.purpose, row.cause, row.scope, row.outcome) == (NOON, "care", "test", "*", "0")
    assert row.verb == "tests.test_acting.admit"


def test_the_audit_names_the_room_and_the_verb_wherever_in_its_room_it_lies() -> None:
    verbs = (find_patients, advance, approve, take_in)
    assert [verb_name(each) for each in verbs] == [
        "store.find_patients",
        "flow.advance",
        "flow.approve",
        "contact.receive.take_in",
    ]


def test_a_failure_leaves_nothing(
    house: House, stored: Callable[[Any], int], rung: list[str], database: Database
) -> None:
    with pytest.raises(RuntimeError):
        act(house, DOING, admit_and_fail)
    assert (stored(Patient), stored(Event), audited(database), rung) == (0, 0, [], [])
    act(house, DOING, look)
    assert rung == []


def test_a_refusal_is_audited_and_nothing_else(
    house: House, stored: Callable[[Any], int], rung: list[str], database: Database
) -> None:
    with pytest.raises(Forbidden):
        act(house, DOING, admit_and_refuse)
    assert (stored(Patient), stored(Event), rung) == (0, 0, [])
    assert [(row.actor, row.outcome, row.patient_ids) for row in audited(database)] == [("user:nurse", "8", [])]


def test_an_act_that_noted_nothing_leaves_a_row_and_an_idle_one_none(house: House, database: Database) -> None:
    act(house, DOING, idle)
    assert audited(database) == []
    act(house, DOING, look)
    assert [(row.action, row.subject) for row in audited(database)] == [("E", "act")]


def test_reactions_run_in_the_same_transaction(
    engine: Engine, stored: Callable[[Any], int], database: Database
) -> None:
    seen: list[tuple[set[str], int, int]] = []

    def react(session: Session, doing: Act) -> None:
        mine = session.scalars(of_this_transaction("patient.created")).all()
        transaction = session.scalar(text("SELECT pg_current_xact_id()::text::bigint"))
        seen.append((emitted(session)[0], len(mine), int(mine[0].transaction) - int(transaction or 0)))

    act(House(sessions(engine), react), DOING, admit)
    assert seen == [({"patient.created"}, 1, 0)]

    def fail(session: Session, doing: Act) -> None:
        raise RuntimeError("the reaction fails")

    with pytest.raises(RuntimeError):
        act(House(sessions(engine), fail), DOING, admit)
    assert (stored(Patient), stored(Event), len(audited(database))) == (1, 1, 1)


def test_a_bell_rings_only_after_the_commit(engine: Engine, stored: Callable[[Any], int]) -> None:
    counts: list[int] = []
    act(House(sessions(engine), ring=lambda name: counts.append(stored(Patient))), DOING, admit)
    assert counts == [1]


def test_the_scope_ends_with_the_transaction(engine: Engine) -> None:
    settings = text("SELECT current_setting('waymark.locations', true), current_setting('waymark.actor', true)")
    seen: list[Any] = []

    def ask(session: Session, act: Act) -> None:
        seen.append(tuple(session.execute(settings).one()))

    act(House(sessions(engine)), Act(NOON, "user:nurse", Scope(frozenset({7, 3}))), ask)
    with engine.connect() as connection:
        after = connection.execute(settings).one()
    assert seen == [("3,7", "user:nurse")]
    assert not any(after)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Act(dt.datetime(2026, 1, 1), "user:nurse", EVERYWHERE)  # noqa: DTZ001


def test_scopes_as_policies_read_them() -> None:
    assert [Scope(None).as_setting(), Scope().as_setting(), Scope(frozenset({12, 5})).as_setting()] == ["*", "", "5,12"]
