"""Custom fields that a rule in force uses become columns of the fact row, and stay true when values change."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from journeys.criteria.compile import patients
from journeys.criteria.facts.catch_up import catch_up
from journeys.criteria.facts.facts import read_facts
from journeys.criteria.facts.members import is_on_facts, members
from journeys.criteria.facts.promote import promote
from journeys.criteria.known import known
from journeys.criteria.publish_segment import publish_segment
from journeys.foundation import database as connections
from journeys.foundation.acting import House, act
from journeys.store.putting_in_force.definitions import SEGMENT
from journeys.store.putting_in_force.save_draft import save_draft
from tests.servers import Database
from tests.unit.criteria.custom.made import DAY, NOW, a_patient, an_act, publish, say

pytestmark = pytest.mark.store

RULE: dict[str, Any] = {
    "all": [
        {"field": "custom.smoking", "is": "is", "value": "current"},
        {"field": "custom.methods", "is": "has_any_of", "value": ["former"]},
        {"field": "custom.weight", "is": "at_least", "value": 60},
        {"field": "custom.note", "is": "known"},
        {"field": "custom.walks", "is": "true"},
        {"field": "custom.since", "is": "known"},
    ]
}
KINDS = {
    "smoking": "choice",
    "methods": "many-choices",
    "weight": "number",
    "note": "text",
    "walks": "yes-no",
    "since": "date",
}
WHOLE: dict[str, Any] = {
    "smoking": "current",
    "methods": ["former"],
    "weight": 70,
    "note": "a sentence",
    "walks": True,
    "since": "2020-02-29",
}


def test_promoted_fields_follow_their_values(database: Database) -> None:
    engine = connections.connect(database.url, connections.WORKER)
    house = House(connections.sessions(engine))
    with Session(engine) as session, session.begin():
        for slug, kind in KINDS.items():
            publish(session, slug, kind)
        ana, ben = a_patient(session), a_patient(session)
        say(session, ana, **WHOLE)
        say(session, ben, **{**WHOLE, "weight": 50})
        content = {"format": 1, "name": {"en": "x"}, "description": {}, "rule": RULE, "focus": None}
        save_draft(session, an_act(), SEGMENT, "smokers", {"en": "x"}, content)
        publish_segment(session, an_act(), "smokers")
    act(house, an_act(), catch_up)
    while promote(house, database.owner_url, an_act()):
        pass

    def found() -> set[int]:
        with Session(engine) as session:
            names, facts = known(session), read_facts(session)
            assert is_on_facts(RULE, names, facts)
            on_facts = set(session.scalars(members(RULE, NOW + DAY, names, facts)))
            assert on_facts == set(session.scalars(patients(RULE, NOW + DAY, names)))
            return on_facts

    def change(patient_id: int, **values: Any) -> None:
        with Session(engine) as session, session.begin():
            say(session, patient_id, NOW + DAY, **values)

    assert found() == {ana}
    change(ben, weight=61)
    assert found() == {ana, ben}
    act(house, an_act(NOW + DAY), catch_up)
    assert found() == {ana, ben}
    change(ben, walks=False)
    assert found() == {ana}
    act(house, an_act(NOW + DAY), catch_up)
    assert found() == {ana}
    change(ana, note=None)
    change(ben, methods=["never"])
    assert found() == set()
    act(house, an_act(NOW + DAY), catch_up)
    assert found() == set()
    engine.dispose()
