"""Compiled SQL against the oracle on generated histories: every field, every attribute, every operator.

A new field or operator is drawn by itself; one that the generator has no values for fails here, because it was never
tried.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import Engine, literal, select, union_all
from sqlalchemy.orm import Session

from journeys.criteria.check import problems
from journeys.criteria.compile import condition, patients
from journeys.criteria.fields import RECORDS
from journeys.criteria.known import Known
from journeys.criteria.operators import OPERATORS, operators_of
from journeys.criteria.shapes import PICKS, WINDOWS_BESIDE
from journeys.criteria.subject import Subject
from journeys.foundation.zones import ensure_zones
from journeys.store.people import Patient
from tests import oracle
from tests.unit.criteria import dice as st
from tests.unit.criteria import histories
from tests.unit.criteria.custom_fields import CUSTOM
from tests.unit.criteria.histories import Rule
from tests.world import World, write

pytestmark = [pytest.mark.store, pytest.mark.slow]

KNOWN = Known(custom=CUSTOM)
KINDS = [*RECORDS, *(name for name in KNOWN.facts() if name != "focus")]
"""What is generated; the focus is not a fact of its own, its golden cases and those of the records hold it."""

QUIET = settings(
    max_examples=3,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    # shrinking would write hundreds of worlds; the failing rule is shown as it is
    phases=[Phase.generate],
)


@pytest.fixture(scope="module", autouse=True)
def zones(engine: Engine) -> Iterator[None]:
    with Session(engine) as session, session.begin():
        ensure_zones(session, [zone for zone in histories.ZONES if zone])
    return


def rules_of(data: Any, now: dt.datetime, kind: str, known: Known) -> Iterator[tuple[Rule, Rule]]:
    """(rule, the condition in it that is being tried): every condition of a kind, and of records every shape."""
    before: Rule = {"field": "age", "is": "known"}
    inside: Rule | None = None
    tried_before = []
    for tried in histories.conditions(data.draw, now, kind, known):
        tried_before.append(tried)
        if data.draw(st.booleans()):
            # nothing around the condition that could hide what it says
            yield {"happened": kind, "where": [tried]} if kind in RECORDS else tried, tried
            continue
        if kind in RECORDS:
            where = histories.grouped(data.draw, tried, inside or tried)
            rule = histories.happening(data.draw, now, kind, [where])
            inside = tried
        else:
            rule = tried
        yield histories.grouped(data.draw, rule, before), tried
        before = rule
    if kind in RECORDS:
        yield from shapes_of(data, now, kind, tried_before)


def shapes_of(data: Any, now: dt.datetime, kind: str, conditions: list[Rule]) -> Iterator[tuple[Rule, Rule]]:
    """The same for the shapes of what happened: each pick, and each window beside another record."""
    for pick in PICKS:
        yield histories.picking(data.draw, now, kind, pick, conditions), {"field": kind, "is": pick}
    for way in (*WINDOWS_BESIDE, "between"):
        yield histories.beside(data.draw, now, kind, way, conditions), {"field": kind, "is": way}


def by_sql(session: Session, rules: list[Rule], world: World) -> list[set[str]]:
    """Who is in each rule, by one statement."""
    names = {number: name for name, number in world.ids.items()}
    found: list[set[str]] = [set() for _ in rules]
    parts = [patients(rule, world.now, world.known).add_columns(literal(place)) for place, rule in enumerate(rules)]
    for number, place in session.execute(union_all(*parts)):
        found[place].add(names[number])
    return found


def by_batch(session: Session, rules: list[Rule], world: World) -> list[set[str]]:
    """Who is in each rule, by expressions over a batch of rows that each have their own `now`."""
    names = {number: name for name, number in world.ids.items()}
    batch = select(Patient.id.label("patient_id"), literal(world.now).label("now")).subquery("batch")
    subject = Subject(patient_id=batch.c.patient_id, now=batch.c.now)
    columns = [condition(rule, subject, world.known) for rule in rules]
    found: list[set[str]] = [set() for _ in rules]
    for number, *answers in session.execute(select(batch.c.patient_id, *columns)):
        for place, answer in enumerate(answers):
            if answer:
                found[place].add(names[number])
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_sql_and_the_oracle_agree(kind: str, engine: Engine) -> None:
    tried: set[tuple[str, str]] = set()

    @QUIET
    @given(data=st.data())
    def agree(data: Any) -> None:
        world = histories.worlds(data.draw, kind)
        drawn = list(rules_of(data, world.now, kind, world.known))
        tries = [rule for rule, _ in drawn]
        assert [problem for rule in tries for problem in problems(rule, "rule", world.known)] == []
        with Session(engine) as session:
            write(world, session)
            wanted = [oracle.members(rule, world) for rule in tries]
            found = by_sql(session, tries, world)
            in_batch = by_batch(session, tries[::4], world)
            session.rollback()
        for rule, expected, members in zip(tries, wanted, found, strict=True):
            assert members == expected, rule
        for rule, expected, members in zip(tries[::4], wanted[::4], in_batch, strict=True):
            assert members == expected, rule
        tried.update((each["field"], each["is"]) for _, each in drawn)

    agree()
    fields, ways = ({name for name, _ in tried}, {way for _, way in tried})
    assert (fields - {kind}, ways) == (expected_fields(kind) - {kind}, expected_ways(kind))


def expected_fields(kind: str) -> set[str]:
    """Every attribute of a kind of record, or the fact itself."""
    return set(RECORDS[kind].attributes) if kind in RECORDS else {kind}


def expected_ways(kind: str) -> set[str]:
    """Every operator that can compare one of them, and for records every shape."""
    if kind not in RECORDS:
        return {operator.name for operator in operators_of(histories.facet_of(KNOWN.facts()[kind]))}
    facets = [attribute.facet() for attribute in RECORDS[kind].attributes.values()]
    return {operator.name for facet in facets for operator in operators_of(facet)} | {
        *PICKS,
        *WINDOWS_BESIDE,
        "between",
    }


def test_every_operator_and_every_field_is_tried() -> None:
    assert {way for kind in KINDS for way in expected_ways(kind)} >= set(OPERATORS)
    assert {*KINDS, "focus"} == {*KNOWN.facts(), *RECORDS}
