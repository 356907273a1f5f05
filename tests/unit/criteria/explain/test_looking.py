"""An explanation tells nothing of a custom field that its reader may not see: neither value, dates nor truth."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from journeys.criteria.custom.set_custom_values import set_custom_values
from journeys.criteria.explain.explain import explain
from journeys.criteria.explain.explain_segment import explain_segment
from journeys.criteria.explain.looking import NOBODY, Looking, closed_segments
from journeys.criteria.explain.nodes import Explanation
from journeys.criteria.known import known
from journeys.criteria.publish_segment import publish_segment
from journeys.foundation import audit
from journeys.store.enrolments import SegmentMember
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import SEGMENT, find
from journeys.store.putting_in_force.save_draft import save_draft
from tests.unit.criteria.custom.made import DAY, NOW, STAFF, a_patient, an_act, publish, say

pytestmark = pytest.mark.store

CURRENT = {"field": "custom.smoking", "is": "is", "value": "current"}
WOMAN = {"field": "gender", "is": "is", "value": "female"}
MAN = {"field": "gender", "is": "is", "value": "male"}
UNKNOWN = {"field": "age", "is": "at_least", "value": 18}
NURSES = {"roles": ["nurse"], "purposes": ["care"]}
CLERK = Looking(STAFF)
NURSE = Looking(frozenset({"nurse"}))
SEGMENT_OF_IT = {"segment": "smokers"}


def why(session: Session, person: int, rule: Any, looking: Looking = CLERK, **more: Any) -> Explanation:
    return explain(session, an_act(), rule, person, known(session), looking=looking, **more)


@pytest.fixture
def smoker(session: Session) -> int:
    publish(session, "smoking", "choice", see=NURSES, edit=NURSES)
    content = {"format": 1, "name": {"en": "Smokers"}, "rule": CURRENT}
    save_draft(session, an_act(), SEGMENT, "smokers", content["name"], content)
    publish_segment(session, an_act(), "smokers")
    return a_patient(session, gender="female")


def record(session: Session, person: int, value: str | None) -> None:
    set_custom_values(session, an_act(NOW - DAY), "patient", person, {"smoking": value}, roles=["nurse"])


@pytest.mark.parametrize(
    ("rule", "truth", "is_closed"),
    [
        (CURRENT, None, True),
        (SEGMENT_OF_IT, None, True),
        ({"all": [WOMAN, CURRENT]}, None, True),
        ({"all": [MAN, CURRENT]}, False, False),
        ({"all": [MAN, SEGMENT_OF_IT]}, False, False),
        ({"all": [UNKNOWN, CURRENT]}, None, True),
        ({"any": [WOMAN, CURRENT]}, True, False),
        ({"any": [MAN, CURRENT]}, None, True),
        ({"none": [WOMAN, CURRENT]}, False, False),
        ({"none": [MAN, {"all": [WOMAN, CURRENT]}]}, None, True),
        ({"all": [WOMAN, {"any": [WOMAN, CURRENT]}]}, True, False),
    ],
)
def test_nothing_shown_depends_on_a_closed_field(
    session: Session, smoker: int, rule: Any, truth: bool | None, is_closed: bool
) -> None:
    roots = []
    for value in (None, "never", "current"):
        record(session, smoker, value)
        found = why(session, smoker, rule)
        roots.append((found.root, why(session, smoker, rule, at=NOW - DAY / 2).root, found.is_member))
    assert roots[0] == roots[1] == roots[2]
    root = roots[0][0]
    assert (root.truth, root.is_closed) == (truth, is_closed)
    closed = [node for node in root.all() if node.rule == CURRENT]
    assert all(node.is_closed and node.fact is None and node.truth is None for node in closed)
    assert closed


def test_who_may_see_it_sees_it_and_only_for_the_purpose(session: Session, smoker: int) -> None:
    record(session, smoker, "current")
    seen = why(session, smoker, CURRENT, NURSE)
    assert (seen.root.truth, seen.root.fact.value, seen.is_closed) == (True, "current", False)
    paying = explain(session, an_act(purpose="payment"), CURRENT, smoker, known(session), looking=NURSE)
    assert (paying.root.fact, paying.is_closed) == (None, True)
    assert why(session, smoker, CURRENT, NOBODY).is_closed


def test_records_are_not_shown_by_a_closed_attribute(session: Session, smoker: int) -> None:
    publish(session, "lift", "yes-no", on="appointment", see=NURSES, edit=NURSES)
    rule = {"happened": "appointment", "where": [{"field": "custom.lift", "is": "true"}]}
    found = why(session, smoker, rule)
    assert (found.root.records, found.root.truth, found.is_closed) == (None, None, True)
    assert why(session, smoker, rule, NURSE).root.records is not None


def test_restricted_values_are_shown_only_when_asked_and_that_is_audited(session: Session) -> None:
    publish(session, "hiv", "choice", sensitivity="restricted")
    person = a_patient(session)
    say(session, person, NOW - DAY, hiv="never")
    rule = {"all": [{"field": "custom.hiv", "is": "known"}]}
    session.info.clear()
    shut = why(session, person, rule)
    assert (shut.is_closed, shut.can_open) == (True, True)
    assert [note.subject for note in session.info[audit.NOTES]] == ["rule.why"]
    assert not why(session, person, rule, NOBODY).can_open
    session.info.clear()
    opened = why(session, person, rule, Looking(STAFF, is_open=True))
    assert (opened.root.parts[0].fact.value, opened.is_closed, opened.can_open) == ("never", False, False)
    [note] = [note for note in session.info[audit.NOTES] if note.subject == "custom_value"]
    assert (note.ids, note.patients, note.detail) == ([person], [person], {"fields": ["hiv"], "on": "patient"})
    assert why(session, person, rule, Looking(frozenset(), is_open=True)).is_closed


def test_the_kept_stay_does_not_tell_it_either(session: Session, smoker: int) -> None:
    segment = find(session, SEGMENT, "smokers")
    session.add(SegmentMember(segment_id=segment.id, patient_id=smoker, entered_at=NOW - DAY))
    session.flush()
    uid = session.get_one(Patient, smoker).uid
    assert explain_segment(session, an_act(), "smokers", uid, looking=Looking(STAFF)).stay is None
    assert explain_segment(session, an_act(), "smokers", uid, looking=NURSE).stay is not None
    assert closed_segments(known(session), an_act(), Looking(STAFF)) == {"smokers"}
    assert closed_segments(known(session), an_act(), NURSE) == frozenset()
