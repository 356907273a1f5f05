"""Custom fields in rules: golden cases, and compiled SQL against the oracle on every type with every comparison."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from journeys.criteria.check import problems
from journeys.criteria.compile import patients
from journeys.criteria.custom.as_of import as_of
from journeys.criteria.custom.set_custom_values import set_custom_values
from journeys.criteria.explain.explain import explain
from journeys.criteria.explain.looking import Looking
from journeys.criteria.fields import RECORDS
from journeys.criteria.kinds import Facet
from journeys.criteria.known import Known, known
from journeys.criteria.operators import operators_of
from journeys.criteria.sentence import sentence
from journeys.foundation.words import in_language
from journeys.store.access import Appointment
from journeys.store.organisation import Location
from tests.oracle import Oracle
from tests.unit.criteria import dice as st
from tests.unit.criteria import histories
from tests.unit.criteria.custom.made import DAY, NOW, OF_TYPE, SMOKING, STAFF, a_patient, an_act, publish, say
from tests.world import Row, World

pytestmark = pytest.mark.store

VISIT = "appointment"
DAYS = [(NOW.date() + dt.timedelta(days=step)).isoformat() for step in (-366, -31, -30, -1, 0, 1, 28, 365)]
DRAWN: dict[str, st.SearchStrategy[Any]] = {
    "text": st.just("words"),
    "number": st.sampled_from([0, 1, 2, 2.5, 17, 18, 40]),
    "date": st.sampled_from(DAYS),
    "yes-no": st.booleans(),
    "choice": st.sampled_from([each["code"] for each in SMOKING]),
    "many-choices": st.lists(st.sampled_from([each["code"] for each in SMOKING]), min_size=1, unique=True),
    "reference": st.sampled_from(["a", "b"]),
    "table": st.just([{"what": "words"}]),
}
"""Few values of each type, so that rules and records meet."""


class CustomOracle(Oracle):
    """Reads custom values from the world: of a patient in its row, of a record under the names of its attributes."""

    def fact(self, name: str, of: Mapping[str, str]) -> Any:
        return self.patient.get(name) if name.startswith("custom.") else super().fact(name, of)


def as_compared(kind: str, value: Any) -> Any:
    """A plain value as the oracle compares it."""
    if kind == "date":
        return dt.date.fromisoformat(value)
    return Decimal(str(value)) if kind == "number" else value


def a_world(session: Session, draw: histories.Drawer) -> World:
    """Some patients, each with some values, and with some appointments that have some."""
    rows: list[Row] = []
    visits: list[Row] = []
    ids: dict[str, int] = {}
    for number in range(draw(st.integers(3, 6))):
        name = f"p{number}"
        ids[name] = a_patient(session)
        rows.append({"name": name, **drawn(session, draw, "patient", ids[name])})
        for _ in range(draw(st.integers(0, 2))):
            visit = Appointment(patient_id=ids[name], status="booked")
            session.add(visit)
            session.flush()
            of_visit = drawn(session, draw, VISIT, visit.id)
            visits.append({"patient": name, "_id": visit.id, **of_visit})
    return World(NOW, rows, {VISIT: visits}, custom=known(session).custom, ids=ids)


def drawn(session: Session, draw: histories.Drawer, on: str, record_id: int) -> Row:
    """Values of some fields of one record, written and as the oracle compares them."""
    values = draw(st.fixed_dictionaries({}, optional=DRAWN))
    given = {f"{on}-{kind}": value for kind, value in values.items()}
    set_custom_values(session, an_act(NOW - DAY), on, record_id, given, roles=STAFF)
    return {f"custom.{on}-{kind}": as_compared(kind, value) for kind, value in values.items()}


def facets(about: Known, on: str) -> dict[str, Facet]:
    """What rules know of each custom field of a kind of record."""
    if on == "patient":
        return {name: field.facet({}, None) for name, field in about.facts().items() if name.startswith("custom.")}
    attributes = about.attributes(RECORDS[on])
    return {name: each.facet() for name, each in attributes.items() if name.startswith("custom.")}


def members(session: Session, rule: Any, world: World) -> set[str]:
    names = {number: name for name, number in world.ids.items()}
    return {names[number] for number in session.scalars(patients(rule, NOW, world.known)) if number in names}


@pytest.mark.parametrize("on", ["patient", VISIT])
def test_sql_and_the_oracle_agree_on_every_type_and_comparison(on: str, engine: Engine) -> None:
    tried: set[tuple[str, str]] = set()
    expected: set[tuple[str, str]] = set()

    @settings(
        max_examples=4, deadline=None, database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
    )
    @given(data=st.data())
    def agree(data: Any) -> None:
        with Session(engine) as session:
            session.add_all([Location(slug="a", name="A"), Location(slug="b", name="B")])
            for kind in OF_TYPE:
                publish(session, f"{on}-{kind}", kind, on=on, **({"unit": None} if kind == "number" else {}))
            for other in {"patient", VISIT} - {on}:
                for kind in OF_TYPE:
                    publish(session, f"{other}-{kind}", kind, on=other)
            world = a_world(session, data.draw)
            for name, facet in facets(world.known, on).items():
                for operator in operators_of(facet):
                    if "value_set" in operator.name:
                        continue
                    expected.add((name, operator.name))
                    base = {"field": name}
                    one = histories.condition(data.draw, NOW, base, facet, operator)
                    for rule in (one, {"none": [one]}, {**one, "unknown": "counts"}):
                        whole = rule if on == "patient" else {"happened": VISIT, "where": [rule]}
                        if problems(whole, "rule", world.known):
                            assert "unknown" in rule
                            continue
                        wanted = {row["name"] for row in world.patients if CustomOracle(world, row).truth(whole)}
                        assert members(session, whole, world) == wanted, whole
                    tried.add((name, operator.name))
            session.rollback()

    agree()
    assert tried == expected
    assert {name for name, _ in tried} == {f"custom.{on}-{kind}" for kind in OF_TYPE}


CASES: list[tuple[dict[str, Any], str, list[str]]] = [
    (
        {"field": "custom.smoking", "is": "is", "value": "current"},
        "Smoking is Current (unknown Smoking does not count)",
        ["Ana"],
    ),
    (
        {"none": [{"field": "custom.smoking", "is": "is", "value": "current"}]},
        "not (Smoking is Current) (unknown Smoking does not count)",
        ["Ben"],
    ),
    ({"field": "custom.smoking", "is": "unknown"}, "Smoking is not recorded", ["Cleo"]),
    (
        {"field": "custom.methods", "is": "has_any_of", "value": ["former", "current"]},
        "Methods has Former or Current (unknown Methods does not count)",
        ["Ana", "Ben"],
    ),
    ({"field": "custom.methods", "is": "has_none_of", "value": ["former"]}, "", ["Ben"]),
    ({"field": "custom.note", "is": "known"}, "Note is recorded", ["Cleo"]),
    ({"field": "custom.weight", "is": "at_least", "value": 70}, "", ["Ana"]),
    ({"field": "custom.weight", "is": "at_least", "value": {"number": 65_000, "unit": "g"}}, "", ["Ana", "Ben"]),
    ({"field": "custom.due", "is": "within_next", "value": {"days": 30}}, "", ["Ben"]),
]


@pytest.fixture
def clinic(session: Session) -> dict[int, str]:
    """Three patients with values; id → name."""
    for slug, kind in (("smoking", "choice"), ("methods", "many-choices"), ("note", "text"), ("due", "date")):
        publish(session, slug, kind, name={"en": slug.title(), "es": f"{slug} (es)"})
    publish(session, "weight", "number", unit="kg")
    ana, ben, cleo = (a_patient(session) for _ in range(3))
    say(session, ana, smoking="current", methods=["former", "never"], weight=72.5)
    say(session, ben, smoking="never", methods=["current"], weight=65, due="2026-03-20")
    say(session, cleo, note="A sentence")
    return {ana: "Ana", ben: "Ben", cleo: "Cleo"}


@pytest.mark.parametrize(("rule", "says", "who"), CASES, ids=lambda value: str(value)[:50])
def test_golden_cases(rule: Any, says: str, who: list[str], clinic: dict[int, str], session: Session) -> None:
    about = known(session)
    assert problems(rule, "rule", about) == []
    found = sorted(clinic[number] for number in session.scalars(patients(rule, NOW, about)) if number in clinic)
    assert found == who
    if says:
        assert sentence(rule, str, None, about) == says


def test_the_sentence_is_in_the_words_of_the_reader(clinic: dict[int, str], session: Session) -> None:
    rule = {"field": "custom.smoking", "is": "one_of", "value": ["never", "former"]}
    spanish = sentence(rule, str, None, known(session), lambda texts: in_language(texts, "es"))
    assert spanish == "smoking (es) is Nunca or Antes (unknown smoking (es) does not count)"


def test_what_a_field_cannot_be_asked_is_refused(clinic: dict[int, str], session: Session) -> None:
    about = known(session)
    assert [each.where for each in problems({"field": "custom.note", "is": "is", "value": "x"}, "rule", about)] == [
        "rule.is"
    ]
    wrong = {"field": "custom.smoking", "is": "is", "value": "sometimes"}
    assert [each.where for each in problems(wrong, "rule", about)] == ["rule.value"]
    assert [each.where for each in problems({"field": "custom.gone", "is": "known"}, "rule", about)] == ["rule.field"]


def test_as_of_a_past_day_is_exact(session: Session) -> None:
    publish(session, "smoking", "choice")
    publish(session, "methods", "many-choices")
    person = a_patient(session)
    say(session, person, NOW - 30 * DAY, smoking="current", methods=["never", "former"])
    say(session, person, NOW - 10 * DAY, smoking="former", methods=["former"])
    say(session, person, NOW - 5 * DAY, smoking=None)

    def held(rule: Any, days_ago: int) -> bool:
        moment = NOW - days_ago * DAY
        return person in session.scalars(patients(rule, moment, as_of(known(session), moment))).all()

    current = {"field": "custom.smoking", "is": "is", "value": "current"}
    assert [held(current, days) for days in (40, 30, 20, 10, 3)] == [False, True, True, False, False]
    former = {"field": "custom.smoking", "is": "is", "value": "former"}
    assert [held(former, days) for days in (11, 10, 6, 5)] == [False, True, True, False]
    never = {"field": "custom.methods", "is": "has_any_of", "value": ["never"]}
    assert [held(never, days) for days in (31, 29, 10, 0)] == [False, True, False, False]


def test_why_a_rule_holds_names_the_value_that_held_then(session: Session) -> None:
    publish(session, "smoking", "choice")
    person = a_patient(session)
    say(session, person, NOW - 30 * DAY, smoking="current")
    say(session, person, NOW - 10 * DAY, smoking="former")
    rule = {"field": "custom.smoking", "is": "is", "value": "current"}
    then = explain(session, an_act(), rule, person, known(session), at=NOW - 20 * DAY, looking=Looking(STAFF))
    assert (then.root.truth, then.root.notes) == (True, ())
    assert (then.root.fact.value, [each.from_at for each in then.root.fact.statements]) == ("current", [NOW - 30 * DAY])
    today = explain(session, an_act(), rule, person, known(session), looking=Looking(STAFF))
    assert today.root.truth is False
    assert [each.from_at for each in today.root.fact.statements] == [NOW - 10 * DAY, NOW - 30 * DAY]
