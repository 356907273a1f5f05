"""Everything that is wrong in a guideline is said at once, each with its place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.care.guidelines.check import KEYS, Around, guideline_problems
from journeys.criteria.known import Known, ValueSet
from tests.unit.care.guidelines.contents import content

OVERDUE = {"happened": "due_item", "where": [{"field": "status", "is": "is", "value": "overdue"}]}
KNOWN = Known(
    {"late": {"segment": "overdue"}, "overdue": {"all": [OVERDUE]}},
    value_sets={"bp": ValueSet("bp", 1, {"en": "bp"}, 1)},
)
AROUND = Around(KNOWN, ["recall"], ["staff"])
RULE = {"field": "age", "is": "at_least", "value": 65}
STEPS = {"interval": None, "steps": [{"weeks": 12}, {"weeks": 20}]}
CLOSE = {
    "interval": None,
    "steps": [{"weeks": 34}, {"weeks": 36}],
    "window": {"soon": {"days": 14}, "overdue": {"days": 7}},
}


def places(**parts: Any) -> list[str]:
    return [problem.where for problem in guideline_problems(content(**parts), AROUND)]


RIGHT = [
    {},
    {"description": {"en": "Why"}},
    {"exclusions": [{"name": {"en": "Old"}, "rule": RULE}]},
    {"tiers": [{"name": {"en": "Old"}, "rule": RULE, "interval": {"months": 3}, "severity": "high"}]},
    {"satisfied_by": [{"happened": "encounter", "where": [{"field": "code", "is": "in_value_set", "value": "bp"}]}]},
    {"anchors": None},
    {"anchors": [{"happened": "condition", "date": "onset_at", "pick": "first", "plus": {"months": -1}}]},
    STEPS,
    {**STEPS, "make_up": True},
    {**STEPS, "make_up": True, "least": {"weeks": 4}},
    {**CLOSE, "make_up": True},
    {**CLOSE, "window": {"soon": {"days": 13}, "overdue": {"days": 7}}},
    {"booked": {"within": {"days": 60}, "where": [{"field": "code", "is": "is", "value": "bp"}]}},
    {"supplies": [{"item": "test-strips", "quantity": 2}]},
    {"review_on": "2027-01-01", "approval": {"by": "Dr. Chen", "on": "2026-01-01"}},
    {"severity": "critical"},
]
WRONG: list[tuple[str, dict[str, Any]]] = [
    # what guidelines say, no guideline can ask
    ("population.none.0.happened", {"population": {"none": [OVERDUE]}}),
    ("population.segment", {"population": {"segment": "late"}}),
    ("satisfied_by.0.happened", {"satisfied_by": [OVERDUE]}),
    ("colour", {"colour": "red"}),
    ("format", {"format": 2}),
    ("name", {"name": {}}),
    ("description.en", {"description": {"en": 1}}),
    ("population", {"population": None}),
    ("population.field", {"population": {"field": "agee", "is": "known"}}),
    ("exclusions.0.name", {"exclusions": [{"rule": RULE}]}),
    ("exclusions.0.rule", {"exclusions": [{"name": {"en": "x"}}]}),
    ("exclusions.0", {"exclusions": ["x"]}),
    ("exclusions", {"exclusions": "x"}),
    ("satisfied_by", {"satisfied_by": []}),
    ("satisfied_by.0", {"satisfied_by": [RULE]}),
    ("satisfied_by.0.happened", {"satisfied_by": [{"happened": "visit"}]}),
    ("satisfied_by.0.count", {"satisfied_by": [{"happened": "encounter", "count": {"at_least": 2}}]}),
    (
        "satisfied_by.0.where.0.value",
        {"satisfied_by": [{"happened": "encounter", "where": [{"field": "code", "is": "in_value_set", "value": "x"}]}]},
    ),
    ("interval", {"interval": None}),
    ("interval", {"interval": {"months": 0}}),
    ("interval.months", {"interval": {"months": -6}}),
    ("interval", {"steps": [{"weeks": 12}]}),
    ("steps", {"interval": None, "steps": []}),
    ("steps.1", {"interval": None, "steps": [{"weeks": 12}, {"days": 84}]}),
    ("make_up", {"make_up": True}),
    ("least", {**STEPS, "least": {"weeks": 4}}),
    ("least", {**STEPS, "make_up": True, "least": {"weeks": 0}}),
    ("anchors", {**STEPS, "anchors": None}),
    ("anchors.0", {"anchors": [{"field": "birth_date", "happened": "condition"}]}),
    ("anchors.0.field", {"anchors": [{"field": "age"}]}),
    ("anchors.0.pick", {"anchors": [{"field": "birth_date", "pick": "first"}]}),
    ("anchors.0.pick", {"anchors": [{"happened": "condition", "pick": "any"}]}),
    ("anchors.0.date", {"anchors": [{"happened": "condition", "date": "code"}]}),
    ("anchors.0.happened", {"anchors": [{"happened": "visit"}]}),
    ("anchors.0.plus", {"anchors": [{"field": "birth_date", "plus": {}}]}),
    ("anchors.0.wins", {"anchors": [{"field": "birth_date", "wins": "yes"}]}),
    ("tiers.0.interval", {"tiers": [{"name": {"en": "x"}, "rule": RULE, "interval": {"days": 0}}]}),
    ("tiers.0.interval", {**STEPS, "tiers": [{"name": {"en": "x"}, "rule": RULE, "interval": {"days": 9}}]}),
    ("tiers.0.severity", {"tiers": [{"name": {"en": "x"}, "rule": RULE, "severity": "huge"}]}),
    ("window", {"window": None}),
    ("window.soon", {"window": {"overdue": {"days": 1}}}),
    ("window.soon", {"window": {"soon": {"months": 6}, "overdue": {"days": 1}}}),
    ("window.soon", CLOSE),
    ("booked.within", {"booked": {}}),
    ("booked.where.0.field", {"booked": {"within": {"days": 1}, "where": [{"field": "x", "is": "known"}]}}),
    ("severity", {"severity": "huge"}),
    ("owner", {"owner": None}),
    ("owner.role", {"owner": {"role": "king", "queue": "recall"}}),
    ("owner.queue", {"owner": {"role": "staff", "queue": "nowhere"}}),
    ("escalation", {"escalation": [{"after": {"days": 30}, "role": "staff", "queue": "recall"}]}),
    ("supplies.0.item", {"supplies": [{"item": "Test strips"}]}),
    ("supplies.0.quantity", {"supplies": [{"item": "strips", "quantity": 0}]}),
    ("source", {"source": None}),
    ("review_on", {"review_on": "soon"}),
    ("approval.by", {"approval": {"on": "2026-01-01"}}),
    ("approval.on", {"approval": {"by": "Dr. Chen"}}),
]


@pytest.mark.parametrize("parts", RIGHT)
def test_right(parts: dict[str, Any]) -> None:
    assert places(**parts) == []


@pytest.mark.parametrize(("place", "parts"), WRONG)
def test_wrong(place: str, parts: dict[str, Any]) -> None:
    assert places(**parts) == [place]


def test_everything_is_said_at_once() -> None:
    found = places(format=2, interval={"months": 0}, owner={"role": "king", "queue": "nowhere"}, source="")
    assert found == ["format", "interval", "owner.role", "owner.queue", "source"]


def test_roles_that_cannot_be_asked_are_not_judged() -> None:
    written = content(owner={"role": "king", "queue": "recall"})
    assert guideline_problems(written, Around(KNOWN, ["recall"])) == []


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(KEYS), JUNK)
def test_nothing_that_is_written_breaks_the_check(key: str, value: Any) -> None:
    guideline_problems({**content(), key: value}, AROUND)
    guideline_problems({**content(steps=[{"days": 1}]), key: [value]}, AROUND)
    guideline_problems({**content(), "anchors": [{"happened": value}], key: {"happened": value, "name": value}}, AROUND)
