"""What a round costs in statements, and what it keeps apart: segments that fail, rules that have changed."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, literal_column, select, update

from journeys.criteria.membership import understood
from journeys.criteria.membership.understood import Meaning, keep
from journeys.foundation.audit import FEW
from journeys.store.access import Appointment
from journeys.store.enrolments import SegmentMember
from journeys.store.events import Event
from journeys.store.people import Patient
from tests.servers import Cluster
from tests.unit.criteria.membership.clinic import ZONES, Workers, workers

pytestmark = pytest.mark.store

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
A_MINUTE = dt.timedelta(minutes=1)
A_DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)

MOST_QUIET = 8
MOST_CHANGED = 29
"""Statements of a round in which nothing has happened, and of one that moves members of every segment."""


def missed(days: int) -> dict[str, Any]:
    where = [{"field": "status", "is": "is", "value": "noshow"}]
    return {"happened": "appointment", "where": where, "window": {"last": {"days": days}}}


def speaks(language: str) -> dict[str, Any]:
    return {"field": "language", "is": "is", "value": language}


@pytest.fixture
def clinic(cluster: Cluster) -> Iterator[Workers]:
    fresh = cluster.new()
    with workers(fresh, NOW) as found:
        with found.session() as session, session.begin():
            session.add_all(Patient(language="en", time_zone=zone) for zone in ZONES)
        yield found
    cluster.drop(fresh)


def in_force(clinic: Workers, rules: dict[str, Any]) -> None:
    """Publish, give the facts their columns, and evaluate everybody once."""
    clinic.publish(rules)
    clinic.promote()
    clinic.now += A_MINUTE
    clinic.refresh()


def let_miss(clinic: Workers, at: dt.datetime) -> None:
    """Everybody misses an appointment and turns out to speak Spanish."""
    with clinic.session() as session, session.begin():
        ids = list(session.scalars(select(Patient.id)))
        session.add_all(Appointment(patient_id=each, status="noshow", start_at=at) for each in ids)
        session.execute(update(Patient).values(language="es"))


@contextmanager
def counted(clinic: Workers) -> Iterator[list[str]]:
    """The statements that reach the server meanwhile."""
    statements: list[str] = []

    def remember(*about: Any) -> None:
        statements.append(about[2])

    event.listen(clinic.engine, "before_cursor_execute", remember)
    yield statements
    event.remove(clinic.engine, "before_cursor_execute", remember)


def rounds_with(clinic: Workers, count: int) -> tuple[int, int]:
    """How many statements a quiet and a busy round take with so many segments."""
    in_force(clinic, {f"missed-{number}": missed(number + 1) for number in range(count)})
    clinic.now += A_MINUTE
    with counted(clinic) as quiet:
        assert clinic.refresh() == []
    let_miss(clinic, clinic.now)
    clinic.now += A_DAY
    with counted(clinic) as busy:
        assert clinic.refresh() == []
    assert {len(members) for members in clinic.members().values()} == {len(ZONES)}
    assert len(clinic.members()) == count
    return len(quiet), len(busy)


def test_a_round_takes_few_statements_however_many_segments_there_are(clinic: Workers) -> None:
    quiet, busy = rounds_with(clinic, FEW + 1)
    assert quiet <= MOST_QUIET
    assert busy <= MOST_CHANGED
    with clinic.session() as session, session.begin():
        session.execute(Appointment.__table__.delete())
    assert rounds_with(clinic, 12) == (quiet, busy)


def test_events_come_in_the_order_of_the_segments(clinic: Workers) -> None:
    rules = {"b": speaks("es"), "c": speaks("es"), "a": {"all": [{"segment": "c"}]}}
    in_force(clinic, rules)
    let_miss(clinic, clinic.now)
    clinic.now += A_MINUTE
    clinic.refresh()
    with clinic.session() as session:
        codes = session.scalars(select(Event.code).where(Event.kind == "segment.entered").order_by(Event.id)).all()
    # the one that is named comes before the one that names it
    assert list(dict.fromkeys(codes)) == ["c", "a", "b"]
    assert len(codes) == 3 * len(ZONES)


def test_a_segment_that_fails_costs_the_others_nothing(clinic: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    in_force(clinic, {"sound": speaks("es"), "spoilt": missed(30), "well": missed(60)})
    meant = understood.understand

    def spoil(slug: str, *given: Any) -> Meaning:
        meaning = meant(slug, *given)
        return replace(meaning, holds=literal_column("1 / (fact.patient_id - fact.patient_id) = 1"))

    understand = {"spoilt": spoil}
    monkeypatch.setattr(understood, "understand", lambda slug, *given: understand.get(slug, meant)(slug, *given))
    monkeypatch.setattr(understood, "ON_FACTS", {})
    let_miss(clinic, clinic.now)
    clinic.now += A_MINUTE
    assert clinic.refresh() == []
    assert set(clinic.members()) == {"sound", "well"}
    states = clinic.states()
    assert (states["spoilt"].error, states["spoilt"].failed_at) == ("DivisionByZero", clinic.now)
    assert [states[slug].entered_count for slug in ("sound", "well")] == [len(ZONES)] * 2
    # everybody is looked at next time, by a way that does not fail here
    clinic.now += A_MINUTE
    assert clinic.refresh() == ["spoilt"]
    assert clinic.members() == clinic.wanted()
    with clinic.session() as session:
        stays = session.execute(select(SegmentMember.segment_id, SegmentMember.patient_id)).all()
    assert len(stays) == len(set(stays)) == 3 * len(ZONES)


def test_a_rule_that_has_changed_is_understood_anew(clinic: Workers) -> None:
    in_force(clinic, {"them": speaks("es"), "those": {"all": [{"segment": "them"}]}})
    let_miss(clinic, clinic.now)
    clinic.now += A_MINUTE
    assert clinic.refresh() == []
    assert clinic.members() == clinic.wanted() != {}
    clinic.publish({"them": {"none": [speaks("es")]}})
    clinic.now += A_MINUTE
    assert clinic.refresh() == ["them", "those"]
    assert clinic.members() == clinic.wanted() == {}
    with clinic.session() as session, session.begin():
        session.execute(update(Patient).where(Patient.time_zone == ZONES[0]).values(language="fr"))
    clinic.now += A_MINUTE
    assert clinic.refresh() == []
    assert clinic.members() == clinic.wanted() != {}


def test_days_begin_in_each_zone_although_rules_are_compiled_once(clinic: Workers) -> None:
    """Everybody is looked at again just before and just after the day that counts begins somewhere."""
    with clinic.session() as session, session.begin():
        session.execute(update(Patient).values(birth_date=dt.date(2008, 3, 3)))
        ids = list(session.scalars(select(Patient.id)))
        at = NOW - 2 * A_DAY
        session.add_all(Appointment(patient_id=each, status="noshow", start_at=at) for each in ids)
    in_force(clinic, {"adults": {"field": "age", "is": "at_least", "value": 18}, "missed": missed(4)})
    seen = []
    for hour in (14, 15, 21, 22, 28, 29):
        clinic.now = dt.datetime(2026, 3, 2, tzinfo=dt.UTC) + hour * HOUR + HOUR / 2
        with clinic.session() as session, session.begin():
            session.execute(update(Patient).values(language=str(hour)))
        assert clinic.refresh() == []
        assert clinic.members() == clinic.wanted()
        seen.append(len(clinic.members().get("adults", ())))
    assert seen == [0, 1, 1, 2, 3, 4]


def test_what_is_kept_stays_bounded() -> None:
    kept: dict[int, int] = {}
    for number in range(10):
        assert keep(kept, number, lambda wanted=number: wanted * wanted + 1, most=3) == number * number + 1
    assert list(kept) == [7, 8, 9]
    assert keep(kept, 7, lambda: 0, most=3) == 50
