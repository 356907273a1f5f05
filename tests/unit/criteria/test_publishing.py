"""Publishing a segment: what makes no sense, approved bounds and suspicious growth stop it, and nothing is written."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from journeys.criteria import growth
from journeys.criteria.growth import Change
from journeys.criteria.known import NOTHING_KNOWN
from journeys.criteria.preview_segment import preview_segment
from journeys.criteria.publish_segment import Unconfirmed, publish_segment, segment_problems
from journeys.foundation.acting import EVERYWHERE, Act
from journeys.foundation.errors import Invalid, Stale
from journeys.store.configuration import DefinitionVersion
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import GUIDELINE, SEGMENT
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version

pytestmark = pytest.mark.store

ACT = Act(dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC), "test:publishing", EVERYWHERE)
ADULT = {"field": "age", "is": "at_least", "value": 18}
MINOR = {"field": "age", "is": "at_most", "value": 17}
NAMED = {"segment": "some"}
EVERY_AGE = {"field": "age", "is": "known"}


def people(session: Session, count: int, born: int) -> None:
    session.add_all([Patient(birth_date=dt.date(born, 1, 1)) for _ in range(count)])
    session.flush()


def draft(session: Session, rule: Any, **more: Any) -> None:
    content = {"format": 1, "name": {"en": "Some"}, "rule": rule, **more}
    save_draft(session, ACT, SEGMENT, "some", {"en": "Some"}, content)


def publish(session: Session, rule: Any, confirmed: bool = False, **more: Any) -> DefinitionVersion:
    draft(session, rule, **more)
    return publish_segment(session, ACT, "some", confirmed)


def versions(session: Session) -> int:
    return len(session.scalars(select(DefinitionVersion)).all())


def test_a_rule_that_contradicts_itself_is_not_published(session: Session) -> None:
    with pytest.raises(Invalid) as refused:
        publish(session, {"all": [ADULT, MINOR]})
    assert {problem.where for problem in refused.value.problems} == {"rule", "rule.all.1"}
    assert versions(session) == 0


def test_records_that_cannot_be_are_not_published_either(session: Session) -> None:
    one_and_other = [{"field": "status", "is": "is", "value": each} for each in ("booked", "cancelled")]
    focus = {"kind": "appointment", "where": one_and_other}
    with pytest.raises(Invalid) as caught:
        publish(session, {"field": "gender", "is": "known"}, focus=focus)
    assert [(each.where, each.severity) for each in caught.value.problems][:1] == [("focus", "error")]
    assert versions(session) == 0


def test_what_is_only_odd_is_published(session: Session) -> None:
    publish(session, {"all": [ADULT, EVERY_AGE]})
    assert versions(session) == 1


@pytest.mark.parametrize(
    ("expected", "says"),
    [
        ({"at_least": 4}, "expected.at_least: 3 patients are in it, at least 4 were approved"),
        ({"at_most": 2}, "expected.at_most: 3 patients are in it, at most 2 were approved"),
        ({"at_least": 3, "at_most": 3}, None),
        ({}, None),
    ],
)
def test_bounds_that_were_approved_stop_it(session: Session, expected: dict[str, int], says: str | None) -> None:
    people(session, 3, 1980)
    people(session, 2, 2020)
    if says is None:
        publish(session, ADULT, expected=expected)
        return
    with pytest.raises(Invalid) as refused:
        publish(session, ADULT, expected=expected, confirmed=True)
    assert [str(problem) for problem in refused.value.problems] == [says]
    assert versions(session) == 0


@pytest.mark.parametrize(
    ("expected", "places"),
    [
        ("ten", ["expected"]),
        ({"about": 3}, ["expected.about"]),
        ({"at_least": "3"}, ["expected.at_least"]),
        ({"at_most": -1}, ["expected.at_most"]),
        ({"at_most": True}, ["expected.at_most"]),
        ({"at_least": 10**10}, ["expected.at_least"]),
        ({"at_least": 3, "at_most": 2}, ["expected.at_most"]),
        ({"at_least": 0, "at_most": 0}, []),
    ],
)
def test_wrong_bounds_are_said_at_their_place(expected: Any, places: list[str]) -> None:
    content = {"format": 1, "name": {"en": "Some"}, "rule": ADULT, "expected": expected}
    assert [problem.where for problem in segment_problems(content, "some", NOTHING_KNOWN)] == places


def test_suspicious_growth_has_to_be_confirmed(session: Session) -> None:
    people(session, 10, 1980)
    people(session, 25, 2020)
    first = publish(session, ADULT)
    with pytest.raises(Unconfirmed) as asked:
        publish(session, EVERY_AGE)
    [problem] = asked.value.problems
    assert (problem.severity, dict(problem.data)) == (
        "warning",
        {"before": 10, "after": 35, "entering": 25, "leaving": 0},
    )
    assert versions(session) == 1
    assert publish(session, EVERY_AGE, confirmed=True).number == first.number + 1
    with pytest.raises(Unconfirmed):
        publish(session, ADULT)


def test_a_few_more_or_less_need_no_question(session: Session) -> None:
    people(session, 2, 1980)
    people(session, 20, 2020)
    publish(session, ADULT)
    publish(session, EVERY_AGE)
    assert versions(session) == 2


@pytest.mark.parametrize(
    ("before", "after", "is_suspicious"),
    [(None, 900, False), (0, 20, False), (0, 21, True), (100, 200, False), (100, 201, True), (100, 50, False),
     (100, 49, True), (20, 0, False), (21, 0, True)],
)  # fmt: skip
def test_what_is_suspicious(before: int | None, after: int, is_suspicious: bool) -> None:
    assert Change(before, after, 0, 0).is_suspicious() is is_suspicious


def test_a_preview_says_who_would_enter_and_leave(session: Session) -> None:
    people(session, 3, 1980)
    people(session, 2, 2020)
    draft(session, ADULT)
    assert preview_segment(session, ACT, "some") == Change(None, 3, 3, 0)
    publish_segment(session, ACT, "some")
    draft(session, MINOR)
    assert preview_segment(session, ACT, "some") == Change(3, 2, 2, 3)
    draft(session, {"field": "agee", "is": "known"})
    with pytest.raises(Invalid):
        preview_segment(session, ACT, "some")


def test_counting_that_takes_too_long_is_said_and_loses_nothing(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people(session, 3, 1980)
    monkeypatch.setattr(growth, "SECONDS", 0.0)
    publish(session, ADULT)
    monkeypatch.setattr(growth, "SECONDS", 0.001)
    monkeypatch.setattr(growth, "patients", slow_patients)
    with pytest.raises(Invalid) as refused:
        publish(session, EVERY_AGE, expected={"at_least": 1})
    assert [problem.where for problem in refused.value.problems] == ["rule"]
    with pytest.raises(Unconfirmed):
        publish(session, EVERY_AGE)
    assert publish(session, EVERY_AGE, confirmed=True).number == 2


def slow_patients(rule: Any, now: dt.datetime, known: Any) -> Any:
    """A SELECT of patients that does not come to an end soon."""
    return select(Patient.id.label("patient_id")).where(text("pg_sleep(0.2) IS NOT NULL"))


def test_a_draft_that_was_saved_since_is_not_published(session: Session) -> None:
    looked_at = save_draft(session, ACT, SEGMENT, "some", {"en": "Some"}, {}).row_version
    draft(session, {"all": [ADULT]})
    with pytest.raises(Stale):
        publish_segment(session, ACT, "some", row_version=looked_at)
    assert versions(session) == 0


def test_a_segment_that_a_guideline_names_cannot_ask_what_is_due(session: Session) -> None:
    overdue = {"happened": "due_item", "where": [{"field": "status", "is": "is", "value": "overdue"}]}
    publish(session, EVERY_AGE)
    save_draft(session, ACT, SEGMENT, "other", {"en": "Other"}, {"format": 1, "name": {"en": "Other"}, "rule": NAMED})
    publish_segment(session, ACT, "other")
    guideline = {"population": {"none": [{"segment": "other"}]}}
    definition = save_draft(session, ACT, GUIDELINE, "bp", {"en": "Blood pressure"}, guideline)
    write_version(session, ACT, definition)
    with pytest.raises(Invalid) as refused:
        publish(session, overdue)
    assert [(problem.where, problem.data) for problem in refused.value.problems] == [("rule", {"guideline": "bp"})]
    definition.draft = {"population": EVERY_AGE}
    write_version(session, ACT, definition)
    assert publish(session, overdue, confirmed=True).number == 2
