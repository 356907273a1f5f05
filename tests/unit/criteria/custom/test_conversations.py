"""Fields of conversations, which rules call requests: asked as their rule says, in rules, on facts and in a why."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.orm import Session

from journeys.criteria.check import problems
from journeys.criteria.compile import patients
from journeys.criteria.custom.custom_history import custom_history
from journeys.criteria.custom.open_custom_form import open_custom_form
from journeys.criteria.custom.read_custom_values import read_custom_values
from journeys.criteria.custom.set_custom_values import set_custom_values
from journeys.criteria.explain.explain import explain
from journeys.criteria.explain.looking import Looking
from journeys.criteria.facts.catch_up import catch_up
from journeys.criteria.facts.facts import read_facts
from journeys.criteria.facts.members import is_on_facts, members
from journeys.criteria.facts.promote import promote
from journeys.criteria.known import known
from journeys.criteria.publish_segment import publish_segment
from journeys.criteria.sentence import sentence
from journeys.foundation import database as connections
from journeys.foundation.acting import House, act
from journeys.foundation.errors import Invalid
from journeys.store.plans import Request
from journeys.store.putting_in_force.definitions import SEGMENT
from journeys.store.putting_in_force.save_draft import save_draft
from tests.servers import Database
from tests.unit.criteria.custom.made import DAY, NOW, STAFF, a_patient, an_act, publish

pytestmark = pytest.mark.store

MOODS = [{"code": "calm", "name": {"en": "Calm"}}, {"code": "angry", "name": {"en": "Angry"}}]
ABOUT_RESULTS = {"field": "focus", "of": {"attribute": "kind"}, "is": "is", "value": "result"}
ANGRY: dict[str, Any] = {
    "happened": "request",
    "where": [{"field": "custom.mood", "is": "is", "value": "angry"}],
    "window": {"last": {"days": 30}},
}


def a_conversation(session: Session, patient_id: int, kind: str = "appointment", days_ago: int = 1) -> int:
    """The id of something that a patient asked for."""
    received = NOW - days_ago * DAY
    conversation = Request(patient_id=patient_id, kind=kind, status="active", received_at=received)
    session.add(conversation)
    session.flush()
    return conversation.id


def record(session: Session, conversation_id: int, now: dt.datetime = NOW, /, **values: Any) -> list[str]:
    return set_custom_values(session, an_act(now), "conversation", conversation_id, values, roles=STAFF)


def test_a_field_is_asked_of_the_conversations_that_its_rule_means(session: Session) -> None:
    publish(session, "mood", "choice", on="conversation", choices=MOODS, default="calm")
    publish(session, "value", "number", on="conversation", visible_when=ABOUT_RESULTS, required=["form"])
    ana = a_patient(session)
    visit, result = a_conversation(session, ana), a_conversation(session, ana, "result")
    asked = {
        each: {one.field.slug: one.is_asked for one in open_custom_form(session, an_act(), "conversation", each, STAFF)}
        for each in (visit, result)
    }
    assert asked == {visit: {"mood": True, "value": False}, result: {"mood": True, "value": True}}
    assert record(session, visit, mood="angry") == ["mood"]
    with pytest.raises(Invalid):
        record(session, visit, value=7)
    with pytest.raises(Invalid):
        record(session, result, mood="calm", value=None)
    record(session, result, mood="calm", value=7)
    record(session, result, NOW + DAY, mood="angry")
    read = read_custom_values(session, an_act(), "conversation", [visit, result], STAFF)
    assert read == {visit: {"mood": "angry"}, result: {"mood": "angry", "value": 7}}
    past = custom_history(session, an_act(), "conversation", result, "mood", STAFF)
    assert [each.value for each in past] == ["angry", "calm"]


def test_a_conversation_that_moves_to_another_patient_takes_its_values_along(session: Session) -> None:
    publish(session, "mood", "choice", on="conversation", choices=MOODS)
    ana, ben = a_patient(session), a_patient(session)
    visit = a_conversation(session, ana)
    record(session, visit, mood="angry")
    session.get_one(Request, visit).patient_id = ben
    session.flush()
    assert set(session.scalars(patients({"all": [ANGRY]}, NOW, known(session)))) == {ben}


def test_rules_see_them_by_the_records_on_facts_and_in_a_why(database: Database) -> None:
    engine = connections.connect(database.url, connections.WORKER)
    house = House(connections.sessions(engine))
    rule = {"all": [ANGRY]}
    with Session(engine) as session, session.begin():
        publish(session, "mood", "choice", on="conversation", choices=MOODS)
        ana, ben = a_patient(session), a_patient(session)
        angry, calm = a_conversation(session, ana), a_conversation(session, ben)
        record(session, angry, mood="angry")
        record(session, calm, mood="calm")
        record(session, a_conversation(session, ben, days_ago=40), mood="angry")
        content = {"format": 1, "name": {"en": "x"}, "description": {}, "rule": rule, "focus": None}
        save_draft(session, an_act(), SEGMENT, "angry", {"en": "x"}, content)
        publish_segment(session, an_act(), "angry")
    act(house, an_act(), catch_up)
    while promote(house, database.owner_url, an_act()):
        pass

    def found(now: dt.datetime) -> set[int]:
        with Session(engine) as session:
            names, facts = known(session), read_facts(session)
            assert problems(rule, "rule", names, None) == []
            assert is_on_facts(rule, names, facts)
            by_facts = set(session.scalars(members(rule, now, names, facts)))
            assert by_facts == set(session.scalars(patients(rule, now, names)))
            return by_facts

    assert found(NOW) == {ana}
    assert found(NOW + 30 * DAY) == set()
    with Session(engine) as session, session.begin():
        record(session, calm, NOW + DAY, mood="angry")
    assert found(NOW + DAY) == {ana, ben}
    act(house, an_act(NOW + DAY), catch_up)
    assert found(NOW + DAY) == {ana, ben}
    with Session(engine) as session, session.begin():
        names = known(session)
        assert "A choice is Angry" in sentence(rule, str, known=names)
        why = explain(session, an_act(), rule, ana, names, looking=Looking(STAFF))
        assert why.root.truth is True
        closed = explain(session, an_act(), rule, ana, names)
        assert closed.root.truth is None
    engine.dispose()
