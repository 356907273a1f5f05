"""Filters of lists find whom plain Python finds, by facts and by values, whatever was changed since facts were kept."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.criteria.custom.content import live_fields
from journeys.criteria.custom.used_in import binding, uses
from journeys.criteria.facts.catch_up import catch_up
from journeys.criteria.facts.facts import NO_FACTS, read_facts
from journeys.criteria.facts.promote import promote
from journeys.criteria.lists.choose_list_fields import choose_list_fields
from journeys.criteria.lists.list_patients_with_fields import list_patients_with_fields
from journeys.criteria.lists.narrowing import FieldFilter, narrowing
from journeys.criteria.lists.offered import PATIENTS
from journeys.foundation import database as connections
from journeys.foundation.acting import House, act
from journeys.foundation.errors import Forbidden, Invalid
from journeys.store.facts import FactColumn
from journeys.store.lists.list_patients import Wanted
from journeys.store.people import Patient
from tests.servers import Cluster, Database
from tests.unit.criteria.custom.made import DAY, NOW, STAFF, a_patient, an_act, publish, say

pytestmark = pytest.mark.store

KINDS = {"way": "choice", "likes": "many-choices", "smokes": "yes-no", "packs": "number", "day": "date", "note": "text"}
CODES = ("never", "former", "current")
NUMBERS = (0, 1, 1.1, -2.5, 1000000000000000)
DAYS = ("2026-01-01", "2026-01-02", "1950-02-28")
GIVEN: dict[str, st.SearchStrategy[Any]] = {
    "way": st.sampled_from(CODES),
    "likes": st.lists(st.sampled_from(CODES), min_size=1, unique=True).map(sorted),
    "smokes": st.booleans(),
    "packs": st.sampled_from(NUMBERS),
    "day": st.sampled_from(DAYS),
    "note": st.just("a sentence"),
}
NOTHING = {FieldFilter("packs"), FieldFilter("day")}
NUMBER = st.none() | st.sampled_from([Decimal(str(each)) for each in NUMBERS])
DATE = st.none() | st.sampled_from([dt.date.fromisoformat(each) for each in DAYS])
WANTED: dict[str, st.SearchStrategy[FieldFilter]] = {
    "way": st.builds(FieldFilter, st.just("way"), value=st.sampled_from(CODES)),
    "likes": st.builds(FieldFilter, st.just("likes"), value=st.sampled_from(CODES)),
    "smokes": st.builds(FieldFilter, st.just("smokes"), value=st.booleans()),
    "packs": st.builds(FieldFilter, st.just("packs"), low=NUMBER, high=NUMBER),
    "day": st.builds(FieldFilter, st.just("day"), low=DATE, high=DATE),
    "note": st.builds(FieldFilter, st.just("note"), is_known=st.booleans()),
}
VALUES = st.fixed_dictionaries({}, optional=GIVEN)


def filters() -> st.SearchStrategy[list[FieldFilter]]:
    """At most one filter a field."""
    # a range without a bound is no filter
    some = st.lists(st.sampled_from(sorted(WANTED)), min_size=1, max_size=4, unique=True)
    wanted = {slug: each.filter(lambda one: one not in NOTHING) for slug, each in WANTED.items()}
    return some.flatmap(lambda slugs: st.tuples(*[wanted[slug] for slug in slugs])).map(list)


@dataclass
class World:
    """Three patients and six fields; of `promoted` ones the fact row has a column."""

    database: Database
    house: House
    patients: list[int] = field(default_factory=list)

    def session(self) -> Session:
        return self.house.sessions()


@pytest.fixture(scope="module")
def world(cluster: Cluster) -> Iterator[World]:
    database = cluster.new()
    engine = connections.connect(database.url, connections.WORKER)
    made = World(database, House(connections.sessions(engine)))
    with made.session() as session, session.begin():
        for slug, kind in KINDS.items():
            publish(session, slug, kind, **({"unit": None} if kind == "number" else {}))
        publish(session, "closed", "yes-no", sensitivity="restricted")
        publish(session, "secret", "yes-no", see={"roles": ["administrator"], "purposes": ["care"]},
                edit={"roles": ["administrator"], "purposes": ["care"]})  # fmt: skip
        made.patients = [a_patient(session) for _ in range(3)]
        choose_list_fields(session, an_act(), PATIENTS, ["way", "likes", "packs", "note"], STAFF)
    act(made.house, an_act(), catch_up)
    while promote(made.house, database.owner_url, an_act()):
        pass
    yield made
    engine.dispose()
    cluster.drop(database)


def test_what_somebody_chose_becomes_columns_of_the_fact_row(world: World) -> None:
    with world.session() as session:
        columns = list(session.scalars(select(FactColumn)))
        assert {each.definition["field"] for each in columns} == {
            "custom.way",
            "custom.likes",
            "custom.packs",
            "custom.note",
        }
        assert all(each.status == "ready" and each.needed_by == ["list:patients"] for each in columns)


def test_a_list_is_a_use_that_does_not_bind(world: World) -> None:
    with world.session() as session:
        used = uses(session)
        assert [(use.kind, use.slug, use.state) for use in used["way"]] == [("list", "patients", "in-force")]
        assert binding(used["way"]) == []
        assert "day" not in used
        session.rollback()


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(first=st.tuples(VALUES, VALUES, VALUES), later=VALUES, catches_up=st.booleans(), asked=filters())
def test_filters_find_whom_python_finds(
    world: World, first: tuple[dict[str, Any], ...], later: dict[str, Any], catches_up: bool, asked: list[FieldFilter]
) -> None:
    with world.session() as session:
        recorded = dict(zip(world.patients, first, strict=True))
        for patient, values in recorded.items():
            say(session, patient, **values)
        if catches_up:
            catch_up(session, an_act(NOW))
        changed = world.patients[0]
        say(session, changed, NOW + DAY, **{**dict.fromkeys(recorded[changed]), **later})
        recorded[changed] = later
        expected = {patient for patient, values in recorded.items() if all(fits(each, values) for each in asked)}
        for facts in (NO_FACTS, read_facts(session)):
            narrowed = narrowing(asked, live_fields(session, "patient"), facts, NOW + DAY, {})
            query = select(Patient.id)
            assert list(session.scalars(narrowed.found(query).order_by(Patient.id))) == sorted(expected)
            assert set(session.scalars(query.where(*narrowed.each))) == expected
        page = list_patients_with_fields(session, an_act(NOW + DAY), Wanted(), list(KINDS), asked, roles=STAFF)
        assert {patient.id: page.values[patient.id] for patient in page.page.patients} == {
            patient: recorded[patient] for patient in expected
        }
        assert page.page.count.number == len(expected)
        session.rollback()


def fits(wanted: FieldFilter, values: dict[str, Any]) -> bool:
    """Whether recorded values are what a filter looks for."""
    value = values.get(wanted.slug)
    if wanted.is_known is not None:
        return wanted.is_known == (value is not None)
    if value is None:
        return False
    if isinstance(value, list):
        return wanted.value in value
    if wanted.value is not None:
        return bool(value == wanted.value)
    as_typed: Callable[[Any], Any] = dt.date.fromisoformat if isinstance(value, str) else lambda one: Decimal(str(one))
    is_high_enough = wanted.low is None or as_typed(value) >= wanted.low
    return is_high_enough and (wanted.high is None or as_typed(value) <= wanted.high)


@pytest.mark.parametrize("slug", ["closed", "secret", "no-such-field"])
def test_what_is_not_offered_is_refused_everywhere(world: World, slug: str) -> None:
    with world.session() as session:
        with pytest.raises(Forbidden):
            list_patients_with_fields(session, an_act(), Wanted(), [slug], roles=STAFF)
        with pytest.raises(Forbidden):
            list_patients_with_fields(session, an_act(), Wanted(), [], [FieldFilter(slug, value=True)], roles=STAFF)
        with pytest.raises(Invalid):
            choose_list_fields(session, an_act(), PATIENTS, [slug], STAFF)
        with pytest.raises(Forbidden):
            list_patients_with_fields(session, an_act(purpose="payment"), Wanted(), ["way"], roles=STAFF)
        session.rollback()
