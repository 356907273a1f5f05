"""Who fits a rule is shown only to who may see every field that the rule rests on, wherever it is named."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from journeys.criteria.count_segment import count_segment
from journeys.criteria.facts.catch_up import catch_up
from journeys.criteria.known import Known
from journeys.criteria.open_members import open_members
from journeys.criteria.publish_segment import publish_segment
from journeys.criteria.sample_segment import sample_segment
from journeys.criteria.seeing import fields_behind
from journeys.criteria.segment_members import segment_members
from journeys.foundation import audit
from journeys.foundation.errors import Forbidden
from journeys.store.putting_in_force.definitions import SEGMENT
from journeys.store.putting_in_force.save_draft import save_draft
from tests.unit.criteria.custom.made import STAFF, a_patient, an_act, publish, say

CURRENT = {"field": "custom.smoking", "is": "is", "value": "current"}
PLAIN = {"field": "gender", "is": "is", "value": "female"}
NURSES = {"roles": ["nurse"], "purposes": ["care"]}


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        (PLAIN, []),
        (CURRENT, ["smoking"]),
        ({"none": [{"any": [PLAIN, CURRENT]}]}, ["smoking"]),
        ({"happened": "appointment", "where": [{"field": "custom.lift", "is": "known"}]}, ["lift"]),
        ({"field": "birth_date", "is": "before", "value": {"field": "custom.moved"}}, ["moved"]),
        ({"all": [{"segment": "outer"}, {"segment": "inner"}]}, ["moved", "smoking"]),
        ({"segment": "no-such-segment"}, []),
    ],
)
def test_the_fields_behind_a_rule(rule: Any, fields: list[str]) -> None:
    moved = {"field": "custom.moved", "is": "known"}
    segments = {"inner": CURRENT, "outer": {"all": [{"segment": "inner"}, moved]}}
    assert fields_behind([rule], Known(segments=segments)) == fields


def put_in_force(session: Session, slug: str, rule: Any) -> None:
    content = {"format": 1, "name": {"en": slug}, "rule": rule}
    save_draft(session, an_act(), SEGMENT, slug, content["name"], content)
    publish_segment(session, an_act(), slug)


@pytest.mark.store
def test_names_are_shown_to_who_may_see_the_field_only(session: Session) -> None:
    publish(session, "smoking", "choice", see=NURSES, edit=NURSES)
    put_in_force(session, "smokers", CURRENT)
    nested = {"all": [{"segment": "smokers"}]}
    put_in_force(session, "nested", nested)
    catch_up(session, an_act())
    for roles in ((), STAFF):
        with pytest.raises(Forbidden):
            sample_segment(session, an_act(), nested, roles=roles)
        with pytest.raises(Forbidden):
            segment_members(session, an_act(), "nested", roles=roles)
    with pytest.raises(Forbidden):
        sample_segment(session, an_act(purpose="payment"), nested, roles=["nurse"])
    assert sample_segment(session, an_act(), nested, roles=["nurse"]) == []
    assert segment_members(session, an_act(), "nested", roles=["nurse"]).stays == []


@pytest.mark.store
def test_the_audit_names_the_fields_and_no_value(session: Session) -> None:
    publish(session, "smoking", "choice")
    say(session, a_patient(session), smoking="current")
    session.info.clear()
    count_segment(session, an_act(), CURRENT)
    sample_segment(session, an_act(), CURRENT, roles=STAFF)
    notes = session.info[audit.NOTES]
    assert [note.detail["fields"] for note in notes] == [["smoking"], ["smoking"]]
    assert "current" not in repr([note.detail for note in notes])


@pytest.mark.store
def test_who_has_left_may_have_fitted_an_earlier_version(session: Session) -> None:
    publish(session, "smoking", "choice", see=NURSES, edit=NURSES)
    put_in_force(session, "chosen", CURRENT)
    put_in_force(session, "chosen", PLAIN)
    assert open_members(session, an_act(), "chosen", STAFF) == []
    with pytest.raises(Forbidden):
        open_members(session, an_act(), "chosen", STAFF, has_left=True)
    assert open_members(session, an_act(), "chosen", ["nurse"], has_left=True) == ["smoking"]
