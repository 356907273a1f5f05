"""Everything wrong with a field's content is found at its place, quickly, whatever it is given."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeys.criteria.custom.check import field_problems
from journeys.criteria.custom.patterns import fits, is_valid
from journeys.criteria.custom.types import TYPES
from journeys.criteria.known import NOTHING_KNOWN
from tests.unit.criteria.custom.made import COLUMNS, EVERYBODY, OF_TYPE, SMOKING, content

ROLES = ("staff", "consultant")


def places(given: Any) -> list[str]:
    return [problem.where for problem in field_problems(given, "tried", NOTHING_KNOWN, ROLES)]


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_a_sound_field_of_each_type_has_no_problem(kind: str) -> None:
    assert field_problems(content(kind), "tried", NOTHING_KNOWN, ROLES) == []
    assert set(OF_TYPE) == set(TYPES)


def test_a_field_may_be_open_to_journeys() -> None:
    assert places(content("yes-no", edit={**EVERYBODY, "journeys": True})) == []


SELF = {"field": "custom.tried", "is": "known"}
WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("text", {"colour": "red"}, "colour"),
    ("text", {"format": 2}, "format"),
    ("text", {"name": {}}, "name"),
    ("text", {"name": {"en": "x" * 300}}, "name.en"),
    ("text", {"help": "words"}, "help"),
    ("text", {"group": {"en": 3}}, "group.en"),
    ("text", {"on": "invoice"}, "on"),
    ("text", {"type": "picture"}, "type"),
    ("text", {"order": -1}, "order"),
    ("text", {"order": True}, "order"),
    ("text", {"required": ["always"]}, "required"),
    ("text", {"sensitivity": None}, "sensitivity"),
    ("text", {"see": None}, "see"),
    ("text", {"see": {"roles": [], "purposes": ["care", "operations"]}}, "see.roles"),
    ("text", {"see": {"roles": ["nobody"], "purposes": ["care"]}, "edit": None}, "see.roles.0"),
    ("text", {"edit": {"roles": ["staff"], "purposes": ["fun"]}}, "edit.purposes.0"),
    ("text", {"see": {**EVERYBODY, "journeys": True}}, "see.journeys"),
    ("text", {"edit": {**EVERYBODY, "journeys": "always"}}, "edit.journeys"),
    ("text", {"edit": {**EVERYBODY, "journeys": True}, "sensitivity": "restricted"}, "edit.journeys"),
    ("text", {"see": {"roles": ["consultant"], "purposes": ["care", "operations"]}}, "edit.roles"),
    ("text", {"pattern": "("}, "pattern"),
    ("text", {"pattern": "(a)\\1"}, "pattern"),
    ("text", {"pattern": "a" * 501}, "pattern"),
    ("text", {"most_characters": 0}, "most_characters"),
    ("text", {"choices": SMOKING}, "choices"),
    ("text", {"visible_when": {"field": "no-such", "is": "known"}}, "visible_when.field"),
    ("text", {"visible_when": "never"}, "visible_when"),
    ("text", {"import_from": {"column": "A"}}, "import_from.extension"),
    ("text", {"import_from": {"extension": "http://x"}, "on": "task"}, "import_from"),
    ("text", {"on_web_forms": True, "on": "task"}, "on_web_forms"),
    ("text", {"on_web_forms": True, "sensitivity": "sensitive"}, "on_web_forms"),
    ("text", {"on_web_forms": "yes"}, "on_web_forms"),
    ("number", {"unit": "parsecs per fortnight"}, "unit"),
    ("number", {"minimum": "0"}, "minimum"),
    ("number", {"minimum": 3, "maximum": 2}, "maximum"),
    ("number", {"default": "3"}, "default"),
    ("number", {"maximum": float("inf")}, "maximum"),
    ("date", {"minimum": "2026-02-30"}, "minimum"),
    ("date", {"minimum": "2026-02-03", "maximum": "2026-02-02"}, "maximum"),
    ("yes-no", {"default": 1}, "default"),
    ("choice", {"choices": []}, "choices"),
    ("choice", {"choices": [*SMOKING, SMOKING[0]]}, "choices.3.code"),
    ("choice", {"choices": [{"code": "a b", "name": {"en": "A"}}]}, "choices.0.code"),
    ("choice", {"choices": [{"code": "a"}]}, "choices.0.name"),
    ("choice", {"choices": ["a"]}, "choices.0"),
    ("choice", {"choices": [SMOKING[0]] * 100_000}, "choices"),
    ("choice", {"default": "sometimes"}, "default"),
    ("reference", {"of": "planet"}, "of"),
    ("reference", {"default": "harbour"}, "default"),
    ("table", {"columns": []}, "columns"),
    ("table", {"columns": [*COLUMNS, COLUMNS[0]]}, "columns.3.slug"),
    ("table", {"columns": [{**COLUMNS[0], "type": "table"}]}, "columns.0.type"),
    ("table", {"columns": [{**COLUMNS[0], "minimum": 3}]}, "columns.0.minimum"),
    ("table", {"columns": [{**COLUMNS[1], "minimum": 3}]}, "columns.0.minimum"),
    ("table", {"columns": [COLUMNS[0]] * 21}, "columns"),
]


@pytest.mark.parametrize(("kind", "change", "where"), WRONG, ids=lambda value: str(value)[:40])
def test_each_problem_is_found_at_its_place(kind: str, change: dict[str, Any], where: str) -> None:
    assert where in places({**content(kind), **change})


def test_whether_a_field_is_asked_cannot_hang_on_itself() -> None:
    assert places({**content("text"), "visible_when": SELF}) == ["visible_when.field"]


@pytest.mark.parametrize("given", [None, [], "text", 3, {"type": []}, {"type": {}, "see": 3, "choices": 7}])
def test_nonsense_is_told_and_never_raises(given: Any) -> None:
    assert places(given)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
PARTS = (
    "name",
    "choices",
    "columns",
    "see",
    "required",
    "default",
    "visible_when",
    "minimum",
    "pattern",
    "import_from",
)


@settings(max_examples=150, deadline=None, database=None)
@given(kind=st.sampled_from(sorted(TYPES)), change=st.dictionaries(st.sampled_from(PARTS), JSON, max_size=3))
def test_whatever_stands_in_a_part_it_is_judged_and_never_raises(kind: str, change: dict[str, Any]) -> None:
    places({**content(kind), **change})


@pytest.mark.parametrize("hostile", ["(a+)+$", "(a|aa)+$", "(.*a){12}$", "([a-z]+)*$"])
def test_a_pattern_that_is_meant_to_hang_does_not(hostile: str) -> None:
    """An engine that tries every way would not come back from this in years."""
    assert is_valid(hostile)
    assert not fits(hostile, "a" * 9_999 + "!")


def test_a_short_pattern_of_giant_size_is_refused() -> None:
    assert not is_valid("((a{0,100}){0,100}){0,100}")
