"""Explanations: evidence with dates and source, the nearest misses, past days, scope, audit, number of statements."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from journeys.criteria.explain.explain import explain
from journeys.criteria.explain.explain_segment import explain_segment
from journeys.criteria.explain.nodes import Explanation
from journeys.criteria.explain.past import BY_ITS_DATES, NO_BEGINNING, NOT_PLANNED_YET, TODAYS_STATE, TODAYS_VALUE
from journeys.criteria.known import Known
from journeys.criteria.publish_segment import publish_segment
from journeys.foundation.acting import EVERYWHERE, Act
from journeys.foundation.audit import NOTES
from journeys.foundation.errors import Invalid, Missing
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import SEGMENT
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.sources import Source, SourceRecord
from tests.world import World, drawn, write

pytestmark = pytest.mark.store

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
LAST_YEAR = dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC)

PATIENTS = """
    name | birth_date | gender | deceased
    Ana  | 1960-05-01 | female |
    Ben  |            | male   |
"""
OBSERVATIONS = """
    patient | code   | value | unit  | status | effective_at
    Ana     | 8480-6 | 150   | mm[Hg]| final  | 2026-02-20
    Ana     | 8480-6 | 165   | mm[Hg]| final  | 2025-01-05
    Ana     | 8480-6 | 120   | mm[Hg]| final  | 2024-01-05
    Ana     | 718-7  | 13    | g/dL  | final  | 2026-02-21
"""
HIGH = {
    "happened": "observation",
    "where": [{"field": "code", "is": "is", "value": "8480-6"}, {"field": "value", "is": "at_least", "value": 160}],
    "window": {"last": {"days": 90}},
}


@pytest.fixture
def world(session: Session) -> World:
    made = World(NOW, drawn(PATIENTS, "patient"), {"observation": drawn(OBSERVATIONS, "observation")})
    write(made, session)
    return made


def why(session: Session, world: World, rule: Any, name: str = "Ana", **more: Any) -> Explanation:
    return explain(session, Act(NOW, "test:why", EVERYWHERE), rule, world.ids[name], **more)


def test_a_fact_has_its_value_and_its_source(session: Session, world: World) -> None:
    received = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
    source = Source(slug="emr", name={"en": "The hospital"})
    session.add(source)
    session.flush()
    record = SourceRecord(
        source_id=source.id,
        resource_type="Patient",
        outside_id="1",
        received_at=received,
        hash=b"0" * 32,
        raw_sealed=b"",
    )
    session.add(record)
    session.flush()
    session.get_one(Patient, world.ids["Ana"]).source_record_id = record.id
    session.flush()
    found = why(session, world, {"field": "age", "is": "at_least", "value": 18})
    assert found.is_member
    assert found.root.fact is not None
    assert found.root.fact.value == 65
    [statement] = found.root.fact.statements
    assert (statement.says, statement.origin.slug, statement.origin.received_at) == ("patient", "emr", received)


def test_a_fact_that_stands_nowhere_has_a_value_and_no_rows(session: Session, world: World) -> None:
    for rule in (
        {"field": "unanswered_contacts", "is": "at_most", "value": 0},
        {"field": "random_number", "of": {"name": "x"}, "is": "less_than", "value": 100},
    ):
        found = why(session, world, rule)
        assert found.root.truth is True
        assert found.root.fact is not None
        assert (found.root.fact.value is None, found.root.fact.statements) == (False, ())


def test_an_unknown_fact_is_neither_yes_nor_no(session: Session, world: World) -> None:
    found = why(session, world, {"none": [{"field": "age", "is": "at_least", "value": 18}]}, "Ben")
    assert [node.truth for node in found.root.all()] == [None, None]
    assert not found.is_member
    assert [node.where for node in found.reasons()] == ["rule.none.0"]


def test_records_that_miss_say_what_they_miss(session: Session, world: World) -> None:
    seen = why(session, world, HIGH).root.records
    assert seen is not None
    assert (seen.found, seen.total) == (0, 4)
    nearest = [(str(each.at.date()), each.missed) for each in seen.nearest if isinstance(each.at, dt.datetime)]
    assert nearest == [
        ("2026-02-20", ("rule.where.1",)),
        ("2025-01-05", ("rule.window",)),
        ("2026-02-21", ("rule.where.0", "rule.where.1")),
        ("2024-01-05", ("rule.where.1", "rule.window")),
    ]
    assert [value for _, value in seen.nearest[0].values] == ["8480-6", 150]


def test_records_that_fit_come_first_and_are_counted(session: Session, world: World) -> None:
    found = why(session, world, {"happened": "observation", "count": {"at_least": 3}})
    assert found.root.records is not None
    assert found.is_member
    assert (found.root.records.found, found.root.records.total) == (4, 4)
    assert all(each.fits for each in found.root.records.nearest)


def test_the_last_of_some_records_is_the_one_that_fits(session: Session, world: World) -> None:
    pressure = [{"field": "code", "is": "is", "value": "8480-6"}]
    rule = {
        "happened": "observation",
        "last_of": pressure,
        "where": [{"field": "value", "is": "at_most", "value": 150}],
    }
    found = why(session, world, rule)
    assert found.root.records is not None
    assert found.is_member
    assert [each.fits for each in found.root.records.nearest] == [True, False, False, False]


def test_a_consent_shows_its_statements(session: Session) -> None:
    consents = drawn(
        """
        patient | decision | purpose | channel | from_at    | until_at
        Ana     | permit   | care    | sms     | 2025-01-01 |
        Ana     | deny     | care    |         | 2026-01-01 |
        Ana     | permit   | care    | sms     | 2026-02-01 | 2026-02-10
        """,
        "consent",
    )
    world = World(NOW, drawn(PATIENTS, "patient"), {"consent": consents})
    write(world, session)
    rule = {"field": "consent", "of": {"purpose": "care", "channel": "sms"}, "is": "true"}
    found = why(session, world, rule)
    assert found.root.fact is not None
    assert found.root.truth is False
    assert [each.says for each in found.root.fact.statements] == ["deny", "permit", "permit"]
    assert why(session, world, rule, at=dt.datetime(2025, 6, 1, tzinfo=dt.UTC)).root.truth is True


def test_a_segment_has_the_tree_of_its_rule(session: Session, world: World) -> None:
    known = Known(segments={"women": {"all": [{"field": "gender", "is": "is", "value": "female"}]}})
    found = why(session, world, {"any": [{"segment": "women"}, HIGH]}, known=known)
    assert [(node.where, node.truth) for node in found.root.all()] == [
        ("rule", True),
        ("rule.any.0", True),
        ("rule.any.0.segment", True),
        ("rule.any.0.segment.all.0", True),
        ("rule.any.1", False),
    ]
    assert [node.where for node in found.reasons()] == ["rule.any.0.segment.all.0"]


def test_a_past_day_leaves_out_what_is_dated_later(session: Session, world: World) -> None:
    rule = {"all": [{**HIGH, "window": {"last": {"days": 60}}}, {"happened": "observation", "count": {"exactly": 2}}]}
    found = why(session, world, rule, at=dt.datetime(2025, 1, 31, tzinfo=dt.UTC))
    assert found.is_past
    assert found.is_member
    assert not why(session, world, rule).is_member


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"field": "age", "is": "known"}, []),
        ({"field": "gender", "is": "known"}, [TODAYS_VALUE]),
        ({"field": "deceased", "is": "true"}, [BY_ITS_DATES]),
        ({"happened": "observation", "where": [{"field": "code", "is": "is", "value": "a"}]}, []),
        ({"happened": "observation", "where": [{"field": "status", "is": "is", "value": "final"}]}, [TODAYS_STATE]),
        ({"happened": "care_plan_activity"}, [NO_BEGINNING]),
        ({"happened": "encounter", "window": {"next": {"days": 3}}}, [NOT_PLANNED_YET]),
    ],
)
def test_what_is_not_exact_for_a_past_day_says_so(session: Session, world: World, rule: Any, says: list[str]) -> None:
    assert [note.says for note in why(session, world, rule, at=LAST_YEAR).root.notes] == says
    assert why(session, world, rule).root.notes == ()


def test_the_dead_were_alive_before(session: Session, world: World) -> None:
    died = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    patient = session.get_one(Patient, world.ids["Ana"])
    patient.deceased, patient.deceased_at = True, died
    session.flush()
    rule = {"field": "deceased", "is": "false"}
    assert [why(session, world, rule, at=at).root.truth for at in (None, LAST_YEAR)] == [False, True]


def test_a_day_to_come_and_a_broken_rule_are_refused(session: Session, world: World) -> None:
    with pytest.raises(Invalid) as refused:
        why(session, world, {"field": "nonsense", "is": "known"}, at=NOW + dt.timedelta(days=1))
    assert [problem.where for problem in refused.value.problems] == ["rule.field", "at"]


def test_who_was_merged_away_is_no_member(session: Session, world: World) -> None:
    session.get_one(Patient, world.ids["Ana"]).merged_into_id = world.ids["Ben"]
    session.flush()
    found = why(session, world, {"field": "age", "is": "known"})
    assert (found.root.truth, found.is_merged, found.is_member) == (True, True, False)


@pytest.fixture
def counted(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def keep(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", keep)
    yield statements
    event.remove(engine, "before_cursor_execute", keep)


def test_one_statement_for_all_truths_and_one_a_condition(session: Session, world: World, counted: list[str]) -> None:
    rule = {"all": [{"any": [HIGH, {"field": "age", "is": "known"}]}, {"none": [HIGH]}]}
    why(session, world, rule)
    limits = [each for each in counted if "statement_timeout" in each]
    others = [each for each in counted if "statement_timeout" not in each]
    assert len(others) - 3 == 2, others
    assert len(limits) == 2


def test_what_was_read_is_noted(session: Session, world: World) -> None:
    session.info.pop(NOTES, None)
    why(session, world, HIGH)
    [note] = session.info[NOTES]
    assert (note.action, note.subject, list(note.patients)) == ("R", "rule.why", [world.ids["Ana"]])


def publish_women(session: Session) -> None:
    act = Act(NOW, "test:why", EVERYWHERE)
    content = {"format": 1, "name": {"en": "Women"}, "rule": {"field": "gender", "is": "is", "value": "female"}}
    save_draft(session, act, SEGMENT, "women", {"en": "Women"}, content)
    publish_segment(session, act, "women")


def test_a_segment_is_explained_for_the_end_of_a_day(session: Session, world: World) -> None:
    publish_women(session)
    uid = session.get_one(Patient, world.ids["Ana"]).uid
    act = Act(NOW, "test:why", EVERYWHERE)
    found = explain_segment(session, act, "women", uid, dt.date(2026, 2, 27))
    assert found.why.at == dt.datetime(2026, 2, 27, 23, 59, 59, 999999, tzinfo=dt.UTC)
    assert found.why.is_member
    for day in (dt.date(2026, 3, 1), dt.date(2030, 1, 1), dt.date(1900, 1, 1), dt.date.max):
        with pytest.raises(Invalid):
            explain_segment(session, act, "women", uid, day)
    with pytest.raises(Missing):
        explain_segment(session, act, "men", uid)
