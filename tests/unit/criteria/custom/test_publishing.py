"""Publishing, converting, retiring: whole or not at all, nothing lost, and nothing in force breaks."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.criteria.custom.ask_to_publish_field import ask_to_publish_field
from journeys.criteria.custom.content import live_fields
from journeys.criteria.custom.custom_history import custom_history
from journeys.criteria.custom.minimum_data_report import minimum_data_report
from journeys.criteria.custom.publish_field import publish_field
from journeys.criteria.custom.read_custom_values import read_custom_values
from journeys.criteria.custom.restore_field import restore_field
from journeys.criteria.custom.retire_field import retire_field
from journeys.criteria.custom.used_in import used_in
from journeys.criteria.publish_segment import publish_segment
from journeys.foundation.acting import Scope
from journeys.foundation.errors import Invalid, Missing, Stale
from journeys.store.configuration import DefinitionVersion
from journeys.store.custom_values import CustomValue
from journeys.store.putting_in_force.definitions import FIELD, SEGMENT, find
from journeys.store.putting_in_force.save_draft import save_draft
from tests.unit.criteria.custom.made import (
    DAY,
    NOW,
    STAFF,
    a_patient,
    an_act,
    content,
    publish,
    publish_content,
    say,
)

pytestmark = pytest.mark.store


def read(session: Session, patient_id: int) -> dict[str, Any]:
    return read_custom_values(session, an_act(), "patient", [patient_id], roles=STAFF)[patient_id]


def segment(session: Session, rule: Any, slug: str = "smokers", is_published: bool = True) -> None:
    given = {"format": 1, "name": {"en": "A segment"}, "description": {}, "rule": rule, "focus": None}
    save_draft(session, an_act(), SEGMENT, slug, {"en": slug}, given)
    if is_published:
        publish_segment(session, an_act(), slug)


SMOKES = {"field": "custom.smoking", "is": "is", "value": "current"}


def test_publishing_says_everything_that_is_wrong_and_writes_nothing(session: Session) -> None:
    with pytest.raises(Invalid) as refused:
        publish_content(session, "smoking", {**content(), "format": 7, "on": "moon", "choices": []})
    assert [problem.where for problem in refused.value.problems] == ["format", "on", "choices"]
    assert session.scalars(select(DefinitionVersion)).all() == []


def test_a_field_is_asked_for_approved_and_a_later_save_takes_the_question_back(session: Session) -> None:
    save_draft(session, an_act(), FIELD, "smoking", {"en": "Smoking"}, content())
    asked = ask_to_publish_field(session, an_act(), "smoking")
    assert (asked.asked_at, asked.asked_by, asked.status) == (NOW, "test:fields", "draft")
    seen = asked.row_version
    save_draft(session, an_act(), FIELD, "smoking", {"en": "Smoking"}, content(order=3))
    assert find(session, FIELD, "smoking").asked_by is None
    with pytest.raises(Stale):
        publish_field(session, an_act(), "smoking", row_version=seen)
    ask_to_publish_field(session, an_act(), "smoking")
    publish_field(session, an_act(), "smoking")
    assert find(session, FIELD, "smoking").asked_by is None
    assert list(live_fields(session)) == ["smoking"]


def test_nobody_is_asked_to_approve_what_cannot_be_published(session: Session) -> None:
    save_draft(session, an_act(), FIELD, "smoking", {"en": "Smoking"}, content(choices=[]))
    with pytest.raises(Invalid):
        ask_to_publish_field(session, an_act(), "smoking")


def test_roles_must_exist_where_they_can_be_asked(session: Session) -> None:
    save_draft(session, an_act(), FIELD, "smoking", {"en": "Smoking"}, content())
    with pytest.raises(Invalid) as refused:
        publish_field(session, an_act(), "smoking", known_roles=["staff"])
    assert [problem.where for problem in refused.value.problems] == ["see.roles.1", "edit.roles.1"]


def test_values_are_converted_when_the_type_changes_and_the_old_ones_stay_in_the_history(session: Session) -> None:
    publish(session, "packs", "number")
    person = a_patient(session)
    say(session, person, packs=12.5)
    save_draft(session, an_act(), FIELD, "packs", {"en": "Packs"}, content("text"))
    publish_field(session, an_act(NOW + DAY), "packs")
    assert read(session, person) == {"packs": "12.5"}
    past = custom_history(session, an_act(), "patient", person, "packs", roles=STAFF)
    assert [(each.value, each.type, each.until_at) for each in past] == [
        ("12.5", "text", None),
        (12.5, "number", NOW + DAY),
    ]
    rows = session.execute(select(CustomValue.value_sealed).where(CustomValue.until_at.is_(None))).scalars().all()
    assert rows[0].startswith(b"v1.")


def test_what_cannot_be_converted_bars_publishing_unless_it_may_be_left_behind(session: Session) -> None:
    publish(session, "smoking", "text")
    one, two = a_patient(session), a_patient(session)
    say(session, one, smoking="Nunca")
    say(session, two, smoking="sometimes")
    with pytest.raises(Invalid, match="type: 1 of 2 values cannot be converted"):
        publish_content(session, "smoking", content("choice"))
    assert (read(session, one), read(session, two)) == ({"smoking": "Nunca"}, {"smoking": "sometimes"})
    assert live_fields(session)["smoking"].type == "text"
    publish_field(session, an_act(NOW + DAY), "smoking", leave_behind=True)
    assert (read(session, one), read(session, two)) == ({"smoking": "never"}, {})
    past = custom_history(session, an_act(), "patient", two, "smoking", roles=STAFF)
    assert [(each.value, each.until_at) for each in past] == [("sometimes", NOW + DAY)]


def test_another_unit_converts_numbers(session: Session) -> None:
    publish(session, "weight", "number", unit="kg")
    person = a_patient(session)
    say(session, person, weight=70)
    publish_content(session, "weight", content("number", unit="g"))
    assert read(session, person) == {"weight": 70_000}
    with pytest.raises(Invalid, match="1 of 1 values"):
        publish_content(session, "weight", content("number", unit="km"))
    say(session, person, weight={"number": 71.5, "unit": "kg"})
    assert read(session, person) == {"weight": 71_500}


def test_a_tighter_field_leaves_what_is_recorded_alone(session: Session) -> None:
    publish(session, "age-began", "number")
    person = a_patient(session)
    say(session, person, age_began=7)
    tighter = content("number", minimum=10)
    publish_content(session, "age-began", tighter)
    assert read(session, person) == {"age-began": 7}


def test_every_value_is_converted_whatever_their_number(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("journeys.criteria.custom.converting.BATCH", 3)
    publish(session, "methods", "many-choices")
    people = [a_patient(session) for _ in range(8)]
    for person in people:
        say(session, person, methods=["current", "former"])
    publish_content(session, "methods", content("text"))
    assert {read(session, person)["methods"] for person in people} == {"current, former"}
    publish_content(session, "methods", content("many-choices"))
    assert read(session, people[7]) == {"methods": ["current", "former"]}
    assert session.scalar(select(func.count()).select_from(CustomValue)) == 8 * 5


def test_whose_field_it_is_never_changes(session: Session) -> None:
    publish(session, "smoking", "choice")
    with pytest.raises(Invalid, match="on: This cannot change"):
        publish_content(session, "smoking", content("choice", on="task"))


def test_a_type_that_rules_in_force_need_does_not_change(session: Session) -> None:
    publish(session, "smoking", "choice")
    segment(session, SMOKES)
    with pytest.raises(Invalid, match="type: It is used in the segment smokers"):
        publish_content(session, "smoking", content("text"))


def test_who_works_for_some_branches_cannot_change_the_values_of_all(session: Session) -> None:
    publish(session, "smoking", "choice")
    of_one_branch = an_act(scope=Scope(frozenset([1])))
    save_draft(session, an_act(), FIELD, "smoking", {"en": "Smoking"}, content(order=3))
    publish_field(session, of_one_branch, "smoking")
    save_draft(session, an_act(), FIELD, "smoking", {"en": "Smoking"}, content("text"))
    with pytest.raises(Invalid, match="Values of every branch would change"):
        publish_field(session, of_one_branch, "smoking")
    with pytest.raises(Invalid, match="only who works for every branch may retire it"):
        retire_field(session, of_one_branch, "smoking")
    assert live_fields(session)["smoking"].type == "choice"


def test_uses_are_found_everywhere_drafts_last(session: Session) -> None:
    publish(session, "smoking", "choice")
    segment(session, {"all": [SMOKES, {"field": "age", "is": "known"}]})
    segment(session, {"none": [SMOKES]}, "draft-only", is_published=False)
    publish(session, "packs", "number", visible_when=SMOKES)
    texts = {"en": {"body": 'You told us: {{ custom.smoking | default:"nothing" }}. And custom.smoking is no place.'}}
    save_draft(session, an_act(), "template", "letter", {"en": "Letter"}, {"texts": texts})
    found = [(use.kind, use.slug, use.state, use.where) for use in used_in(session, an_act(), "smoking")]
    assert found == [
        ("field", "packs", "in-force", ("visible_when.field",)),
        ("segment", "smokers", "in-force", ("rule.all.0.field",)),
        ("field", "packs", "draft", ("visible_when.field",)),
        ("segment", "draft-only", "draft", ("rule.none.0.field",)),
        ("segment", "smokers", "draft", ("rule.all.0.field",)),
        ("template", "letter", "draft", ("texts.en.body",)),
    ]
    assert used_in(session, an_act(), "packs") == []


def test_a_field_is_retired_when_nothing_needs_it_and_comes_back_with_its_values(session: Session) -> None:
    publish(session, "smoking", "choice")
    person = a_patient(session)
    say(session, person, smoking="current")
    segment(session, SMOKES)
    with pytest.raises(Invalid, match="It is used in the segment smokers"):
        retire_field(session, an_act(), "smoking")
    segment(session, {"field": "age", "is": "known"})
    assert retire_field(session, an_act(), "smoking").status == "retired"
    assert (live_fields(session), read(session, person)) == ({}, {})
    with pytest.raises(Invalid):
        segment(session, SMOKES)
    assert restore_field(session, an_act(), "smoking").status == "active"
    assert read(session, person) == {"smoking": "current"}
    with pytest.raises(Missing):
        restore_field(session, an_act(), "smoking")


def test_a_field_does_not_come_back_when_its_rule_names_what_is_gone(session: Session) -> None:
    publish(session, "smoking", "choice")
    publish(session, "packs", "number", visible_when=SMOKES)
    retire_field(session, an_act(), "packs")
    retire_field(session, an_act(), "smoking")
    with pytest.raises(Invalid, match="visible_when.field"):
        restore_field(session, an_act(), "packs")


def test_the_report_tells_what_nobody_fills_and_nothing_uses(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("journeys.criteria.custom.minimum_data_report.MOST_COUNTED", 2)
    for slug in ("smoking", "unused", "unfilled"):
        publish(session, slug, "choice")
    segment(session, {"any": [SMOKES, {"field": "custom.unfilled", "is": "known"}]})
    for _ in range(3):
        say(session, a_patient(session), smoking="never", unused="never")
    found = minimum_data_report(session, an_act())
    told = [(each.field.slug, each.filled, each.is_more, len(each.uses), each.is_idle) for each in found]
    assert told == [
        ("unfilled", 0, False, 1, True),
        ("unused", 2, True, 0, True),
        ("smoking", 2, True, 1, False),
    ]
