"""Every problem of a rule is found, at its place; nothing a person can write makes the check fail."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql

from journeys.criteria.check import problems
from journeys.criteria.compile import patients
from journeys.criteria.fields import FACTS, RECORDS
from journeys.criteria.known import Known
from journeys.criteria.operators import OPERATORS
from journeys.criteria.sentence import sentence
from journeys.criteria.shapes import MOST_DEPTH, MOST_NODES, MOST_VALUES
from tests.unit.criteria.custom_fields import CUSTOM

ADULT = {"field": "age", "is": "at_least", "value": 18}
NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def where_value(value: Any, operator: str = "at_least") -> dict[str, Any]:
    """An observation with a value."""
    return {"happened": "observation", "where": [{"field": "value", "is": operator, "value": value}]}


def where_code(value: Any) -> dict[str, Any]:
    """A condition whose code is in a value set."""
    return {"happened": "condition", "where": [{"field": "code", "is": "in_value_set", "value": value}]}


def beside(window: dict[str, Any]) -> dict[str, Any]:
    """A task with another one beside it."""
    return {"happened": "task", "also": [{"happened": "task", "window": window}]}


def places(rule: Any, **more: Any) -> list[str]:
    """Where the problems of a rule are."""
    return [problem.where for problem in problems(rule, "rule", **more)]


def test_a_valid_rule_has_no_problem() -> None:
    assert places({"all": [ADULT, {"any": [ADULT, {"none": [ADULT]}]}]}) == []


def test_all_problems_are_found_at_once() -> None:
    rule = {
        "all": [
            {"field": "agee", "is": "at_least", "value": 18},
            {"field": "age", "is": "atleast", "value": 18},
            {"field": "age", "is": "at_least", "value": "18"},
            {"field": "age", "is": "at_least", "value": 18, "unit": "years"},
            {"happened": "observations"},
            {"happened": "observation", "where": [{"field": "cod", "is": "is", "value": "x"}], "count": {"min": 1}},
            {"happened": "observation", "window": {"last": {"fortnights": 2}}},
        ]
    }
    assert places(rule) == [
        "rule.all.0.field",
        "rule.all.1.is",
        "rule.all.2.value",
        "rule.all.3.unit",
        "rule.all.4.happened",
        "rule.all.5.where.0.field",
        "rule.all.5.count",
        "rule.all.6.window.last.fortnights",
    ]


@pytest.mark.parametrize(
    ("rule", "where"),
    [
        (None, "rule"),
        ([], "rule"),
        ("age > 18", "rule"),
        ({}, "rule"),
        ({"all": []}, "rule.all"),
        ({"all": ADULT}, "rule.all"),
        ({"all": [ADULT], "any": [ADULT]}, "rule"),
        ({"none": [None]}, "rule.none.0"),
        ({"field": ["age"], "is": "known"}, "rule.field"),
        ({"field": "appointment", "is": "known"}, "rule.field"),
        ({"field": "age", "is": ["known"]}, "rule.is"),
        ({"field": "age"}, "rule.is"),
        ({"field": "deceased", "is": True}, "rule.is"),
        ({"field": "deceased", "is": "at_least", "value": 1}, "rule.is"),
        ({"field": "age", "is": "known", "value": 1}, "rule.value"),
        ({"field": "age", "is": "at_least"}, "rule.value"),
        ({"field": "age", "is": "at_least", "value": True}, "rule.value"),
        ({"field": "age", "is": "at_least", "value": float("nan")}, "rule.value"),
        ({"field": "age", "is": "at_least", "value": 10**400}, "rule.value"),
        ({"field": "age", "is": "between", "value": [18]}, "rule.value"),
        ({"field": "age", "is": "between", "value": [65, 18]}, "rule.value"),
        ({"field": "age", "is": "between", "value": [18, "65"]}, "rule.value.1"),
        ({"field": "age", "is": "one_of", "value": []}, "rule.value"),
        ({"field": "age", "is": "one_of", "value": 18}, "rule.value"),
        ({"field": "gender", "is": "is", "value": "femal"}, "rule.value"),
        ({"field": "gender", "is": "one_of", "value": ["female", "?"]}, "rule.value.1"),
        ({"field": "language", "is": "is", "value": "english"}, "rule.value"),
        ({"field": "language", "is": "is", "value": "\x00"}, "rule.value"),
        ({"field": "preferred_channel", "is": "is", "value": "a\x00b"}, "rule.value"),
        ({"field": "preferred_channel", "is": "is", "value": "\ud800"}, "rule.value"),
        ({"field": "preferred_channel", "is": "is", "value": " "}, "rule.value"),
        ({"field": "birth_date", "is": "before", "value": "2026-03-01"}, "rule.value"),
        ({"field": "birth_date", "is": "before", "value": {}}, "rule.value"),
        ({"field": "birth_date", "is": "before", "value": {"date": "2026-02-30"}}, "rule.value.date"),
        ({"field": "birth_date", "is": "before", "value": {"date": "20260301"}}, "rule.value.date"),
        ({"field": "birth_date", "is": "before", "value": {"date": dt.date(2026, 3, 1)}}, "rule.value.date"),
        ({"field": "birth_date", "is": "before", "value": {"date": "0001-01-01"}}, "rule.value.date"),
        ({"field": "birth_date", "is": "before", "value": {"now": False}}, "rule.value.now"),
        ({"field": "birth_date", "is": "before", "value": {"now": True, "date": "2026-03-01"}}, "rule.value"),
        (
            {"field": "birth_date", "is": "before", "value": {"now": True, "plus": {"days": 1.5}}},
            "rule.value.plus.days",
        ),
        (
            {"field": "birth_date", "is": "before", "value": {"now": True, "plus": {"days": 10**9}}},
            "rule.value.plus.days",
        ),
        ({"field": "birth_date", "is": "before", "value": {"now": True, "minus": {"days": 1}}}, "rule.value.minus"),
        ({"field": "birth_date", "is": "before", "value": {"focus": "due_on"}}, "rule.value.focus"),
        ({"field": "birth_date", "is": "within_last", "value": {"days": -1}}, "rule.value.days"),
        ({"field": "birth_date", "is": "within_last", "value": {}}, "rule.value"),
        (
            {"field": "birth_date", "is": "between", "value": [{"date": "2026-03-01"}, {"date": "2026-02-01"}]},
            "rule.value",
        ),
        ({"field": "consent", "is": "true"}, "rule.of.purpose"),
        ({"field": "consent", "of": {"purpose": "care", "channel": "sms", "x": "y"}, "is": "true"}, "rule.of.x"),
        ({"field": "consent", "of": {"purpose": "cure", "channel": "sms"}, "is": "true"}, "rule.of.purpose"),
        ({"field": "consent", "of": "care", "is": "true"}, "rule.of"),
        ({"field": "age", "of": {"purpose": "care"}, "is": "known"}, "rule.of.purpose"),
        ({"field": "focus", "of": {"attribute": "status"}, "is": "known"}, "rule.of.attribute"),
        ({"segment": 7}, "rule.segment"),
        ({"segment": "a", "of": "b"}, "rule.of"),
        ({"segment": "nowhere"}, "rule.segment"),
        ({"happened": "task", "where": {"field": "status"}}, "rule.where"),
        ({"happened": "task", "where": [{"happened": "task"}]}, "rule.where.0.happened"),
        ({"happened": "task", "where": [{"segment": "a"}]}, "rule.where.0.segment"),
        ({"happened": "task", "where": [{"field": "status", "of": {}, "is": "known"}]}, "rule.where.0.of"),
        ({"field": "age", "is": "at_least", "value": 18, "unknown": True}, "rule.unknown"),
        ({"field": "age", "is": "unknown", "unknown": "counts"}, "rule.unknown"),
        ({"field": "age", "is": "at_least", "value": {"number": 18, "unit": "a"}}, "rule.value.unit"),
        ({"field": "birth_date", "is": "before", "value": {"field": "age"}}, "rule.value.field"),
        ({"field": "birth_date", "is": "before", "value": {"field": ["age"]}}, "rule.value.field"),
        ({"field": "birth_date", "is": "before", "value": {"record": "date"}}, "rule.value.record"),
        (where_value({"number": 160, "unit": "mmHg"}), "rule.where.0.value.unit"),
        (where_value({"number": 160, "unit": ["kPa"]}), "rule.where.0.value.unit"),
        (where_value({"number": 160, "unit": "m" * 100}), "rule.where.0.value.unit"),
        (where_value({"number": "160", "unit": "kPa"}), "rule.where.0.value"),
        (where_value({"number": 160}), "rule.where.0.value"),
        (where_value([{"number": 1, "unit": "kPa"}, {"number": 2, "unit": "kg"}], "between"), "rule.where.0.value"),
        (where_value([{"number": 2, "unit": "kPa"}, {"number": 3, "unit": "mm[Hg]"}], "between"), "rule.where.0.value"),
        (where_code("diabetes"), "rule.where.0.value"),
        (where_code(["diabetes"]), "rule.where.0.value"),
        ({"happened": "task", "where": [{"field": "outcome", "is": "in_value_set", "value": "x"}]}, "rule.where.0.is"),
        ({"happened": "task", "last_of": {}}, "rule.last_of"),
        ({"happened": "task", "last_of": [{"field": "x", "is": "known"}]}, "rule.last_of.0.field"),
        ({"happened": "task", "last_of": [], "first_of": []}, "rule.last_of"),
        ({"happened": "task", "last_of": [], "count": {"at_least": 2}}, "rule.last_of"),
        ({"happened": "task", "window": {"after": {"days": 1}}}, "rule.window"),
        ({"happened": "task", "also": []}, "rule.also"),
        ({"happened": "task", "also": [ADULT]}, "rule.also.0.field"),
        ({"happened": "task", "also": [{"segment": "a"}]}, "rule.also.0.segment"),
        ({"happened": "task", "also": [{"happened": "task", "also": [{"happened": "task"}]}]}, "rule.also.0.also"),
        (beside({"after": {}}), "rule.also.0.window.after"),
        (beside({"between": [{"record": "status"}, {"now": True}]}), "rule.also.0.window.between.0.record"),
        ({"happened": "task", "count": {}}, "rule.count"),
        ({"happened": "task", "count": {"at_least": 0}}, "rule.count.at_least"),
        ({"happened": "task", "count": {"at_least": 1, "at_most": 2}}, "rule.count"),
        ({"happened": "task", "count": {"exactly": "2"}}, "rule.count.exactly"),
        ({"happened": "task", "window": {}}, "rule.window"),
        ({"happened": "task", "window": {"last": {"days": 1}, "next": {"days": 1}}}, "rule.window"),
        ({"happened": "task", "window": {"between": [{"now": True}]}}, "rule.window.between"),
        ({"happened": "task", "window": {"between": [{"now": True}, {"date": "x"}]}}, "rule.window.between.1.date"),
    ],
    ids=repr,
)
def test_each_problem_is_found_at_its_place(rule: Any, where: str) -> None:
    assert where in places(rule)


def test_a_date_of_the_focus_record_must_be_one() -> None:
    rule = {"field": "birth_date", "is": "before", "value": {"focus": "status"}}
    assert places(rule, focus="appointment") == ["rule.value.focus"]
    assert places({**rule, "value": {"focus": "start_at"}}, focus="appointment") == []
    assert places({"field": "focus", "of": {"attribute": "colour"}, "is": "known"}, focus="task") == [
        "rule.of.attribute"
    ]


def nested(depth: int) -> dict[str, Any]:
    """A rule nested to a depth."""
    rule: dict[str, Any] = ADULT
    for _ in range(depth - 1):
        rule = {"all": [rule]}
    return rule


def test_limits() -> None:
    assert places(nested(MOST_DEPTH)) == []
    assert places(nested(MOST_DEPTH + 1)) == ["rule" + ".all.0" * MOST_DEPTH]
    assert places({"all": [ADULT] * (MOST_NODES - 1)}) == []
    assert places({"all": [ADULT] * MOST_NODES}) == [f"rule.all.{MOST_NODES - 1}"]
    assert places({"any": [ADULT] * 100_000}) == ["rule.any"]
    assert places({"field": "age", "is": "one_of", "value": list(range(MOST_VALUES))}) == []
    assert places({"field": "age", "is": "one_of", "value": list(range(100_000))}) == ["rule.value"]


@pytest.mark.parametrize("depth", [50, 100_000])
def test_what_is_nested_beyond_measure_is_refused_without_walking_it(depth: int) -> None:
    [problem] = problems(nested(depth), "rule")
    assert str(problem).endswith("nested deeper than 8 levels")
    inside: Any = []
    for _ in range(depth):
        inside = [inside]
    for rule in ({"field": inside, "is": "known"}, {"field": "age", "is": "is", "value": inside}, inside):
        [problem] = problems(rule, "rule")
        assert str(problem).endswith("nested deeper than 8 levels")


def test_what_holds_too_much_is_refused_at_its_place() -> None:
    [problem] = problems({"field": "age", "is": "one_of", "value": list(range(100_000))}, "rule")
    assert str(problem) == "rule.value: The list has 100000 values, at most 1000 are possible"
    many = {"field": "age", "is": "one_of", "value": list(range(MOST_VALUES))}
    assert places({"all": [many] * 9}) == []
    [problem] = problems({"all": [many] * 10}, "rule")
    assert str(problem).endswith("The rule holds too much: at most 10000 values are possible in all")
    assert len(str(problems({"field": "x" * 1_000_000, "is": "known"}, "rule")[0])) < 1_000


def test_numbers_have_units_of_one_dimension() -> None:
    weight = {"field": "custom.weight", "is": "at_least", "value": {"number": 90_000, "unit": "g"}}
    assert places(weight, known=Known(custom=CUSTOM)) == []
    assert places({**weight, "value": {"number": 9, "unit": "m"}}, known=Known(custom=CUSTOM)) == ["rule.value.unit"]
    assert places(where_value({"number": 7, "unit": "mmol/L"})) == []


def test_segments_in_a_circle_are_found() -> None:
    known = {"a": {"segment": "b"}, "b": {"all": [ADULT, {"segment": "c"}]}, "c": {"none": [{"segment": "a"}]}}
    found = problems({"any": [ADULT, {"segment": "a"}]}, "rule", Known(known))
    assert [str(problem) for problem in found] == [
        "rule.any.1.segment: Segments refer to each other in a circle: a → b → c → a"
    ]


def test_segments_that_grow_beyond_measure_are_refused_quickly() -> None:
    known: dict[str, Any] = {"s0": ADULT}
    for number in range(1, 60):
        known[f"s{number}"] = {"all": [{"segment": f"s{number - 1}"}, {"segment": f"s{number - 1}"}]}
    assert places({"segment": "s5"}, known=Known(known)) == []
    assert places({"segment": "s59"}, known=Known(known)) == ["rule"]


WORDS = st.sampled_from(
    ["all", "any", "none", "field", "of", "is", "value", "happened", "where", "count", "window", "segment", "unknown"]
    + ["first_of", "last_of", "next_of", "also", "after", "around", "record", "number", "unit"]
    + ["last", "next", "between", "days", "now", "date", "plus", "focus", "at_least", "exactly", "attribute"]
)
NAMES = st.sampled_from([*FACTS, *RECORDS, *OPERATORS, "status", "code", "date", "2026-03-01", "kPa", "counts"])
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | NAMES,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(WORDS, inside, max_size=4),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(rule=st.dictionaries(WORDS, JUNK, max_size=4) | JUNK)
def test_whatever_is_written_is_judged_and_what_passes_compiles(rule: Any) -> None:
    if not problems(rule, "rule"):
        patients(rule, NOW).compile(dialect=postgresql.dialect())
        assert sentence(rule, str)
