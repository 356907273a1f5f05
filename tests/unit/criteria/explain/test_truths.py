"""The truth of every node is membership by SQL at the root, and what the oracle says below it, on generated worlds."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import BigInteger, Engine, literal
from sqlalchemy.orm import Session

from journeys.criteria.compile import PatientRule, patients
from journeys.criteria.explain.truths import places_of, truths
from journeys.criteria.fields import FACTS, RECORDS
from journeys.criteria.shapes import PICKS
from journeys.criteria.subject import Subject
from journeys.foundation.zones import ensure_zones
from tests import oracle
from tests.unit.criteria import dice as st
from tests.unit.criteria import histories
from tests.unit.criteria.histories import Rule
from tests.world import Row, World, write

pytestmark = [pytest.mark.store, pytest.mark.slow]

KINDS = [*RECORDS, *(name for name in FACTS if name != "focus")]

QUIET = settings(
    max_examples=1,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)


@pytest.fixture(scope="module", autouse=True)
def zones(engine: Engine) -> Iterator[None]:
    with Session(engine) as session, session.begin():
        ensure_zones(session, [zone for zone in histories.ZONES if zone])
    return


def drawn_rules(data: Any, world: World, kind: str) -> list[Rule]:
    """Rules with groups around one or two conditions of a kind."""
    rules: list[Rule] = []
    now = world.now
    for tried in histories.conditions(data.draw, now, kind, world.known):
        rule = histories.happening(data.draw, now, kind, [tried]) if kind in RECORDS else tried
        if kind in RECORDS and len(rules) == 2:
            rule = histories.picking(data.draw, now, kind, data.draw(st.sampled_from(PICKS)), [tried])
        rules.append(histories.grouped(data.draw, rule, rules[-1] if rules else {"field": "age", "is": "known"}))
        if len(rules) == 4:
            break
    return rules


@pytest.mark.parametrize("kind", KINDS)
def test_every_truth_is_the_oracles_and_the_roots_is_membership(kind: str, engine: Engine) -> None:
    @QUIET
    @given(data=st.data())
    def agree(data: Any) -> None:
        world = histories.worlds(data.draw, kind)
        rules = drawn_rules(data, world, kind)
        world.segments = {"inner": rules[0]}
        rules.append({"any": [{"segment": "inner"}, rules[-1]]})
        with Session(engine) as session:
            write(world, session)
            for rule in rules:
                members = set(session.scalars(patients(rule, world.now, world.known)))
                for row in world.patients:
                    judge(session, world, row, rule, members)
            session.rollback()

    agree()


def judge(session: Session, world: World, row: Row, rule: Rule, members: set[int]) -> None:
    """Compare every node of one rule for one patient."""
    number = world.ids[row["name"]]
    subject = Subject(patient_id=literal(number, BigInteger), now=world.now)
    places = list(places_of(rule, "rule", world.known))
    found = truths(session, PatientRule(subject, world.known), places)
    asked = oracle.Oracle(world, row)
    assert (found["rule"] is True) == (number in members), rule
    for where, part in places:
        assert found[where] is asked.truth(part), (where, rule)
