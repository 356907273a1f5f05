"""What the judge and the checks say of a rule is so for everybody in generated worlds, by the oracle.

The rules are drawn from few facts and values, so that they contradict, imply and repeat each other often. Every kind of
claim has to be made many times: a judge that is always silent would be right, too.
"""

import copy
import datetime as dt
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from journeys.criteria.check import problems
from journeys.criteria.checks.always_true import EVERYBODY
from journeys.criteria.checks.duplicate_condition import SAME
from journeys.criteria.checks.unused_part import CHANGES_NOTHING
from journeys.criteria.fields import FACTS, RECORDS
from journeys.criteria.findings import findings
from journeys.criteria.kinds import Facet
from journeys.criteria.known import NOTHING_KNOWN
from journeys.criteria.operators import operators_for
from journeys.criteria.reasoning.judging import Judge
from journeys.criteria.reasoning.reading import DATES, TESTS, Reading
from journeys.criteria.reasoning.records import Formula
from journeys.criteria.shapes import PICKS, WINDOWS_BESIDE
from tests import oracle
from tests.unit.criteria import dice as st
from tests.unit.criteria import histories
from tests.unit.criteria.histories import Rule
from tests.world import World

pytestmark = pytest.mark.slow

FACTS_TRIED = (("age", "birth_date"), ("consent",), ("gender", "deceased"))
RECORDS_TRIED = {
    "observation": ("code", "value", "effective_at", "date"),
    "care_plan_activity": ("due_on", "status", "interval_days"),
    "appointment": ("status", "start_at", "code"),
}
LOOKED_INTO = {*TESTS, *DATES, "known", "unknown"}
DATED = {"field": "date", "is": "known"}
READING = Reading(NOTHING_KNOWN)
QUIET = settings(
    max_examples=100,
    deadline=None,
    database=None,
    # what is counted at the end must not hang on luck
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    # shrinking takes minutes; the failing rule is shown as it is
    phases=[Phase.generate],
)


def fact_condition(draw: Any, now: dt.datetime, names: tuple[str, ...]) -> Rule:
    """A comparison of one of a few facts."""
    base = draw(st.sampled_from([base for name in names for base in histories.with_parameters(name)[:1]]))
    return comparison(draw, now, base, FACTS[base["field"]].facet({}, None))


def comparison(draw: Any, now: dt.datetime, base: Rule, facet: Facet) -> Rule:
    """A comparison that is looked into."""
    possible = [operator for operator in operators_for(facet.kind) if operator.name in LOOKED_INTO]
    return histories.condition(draw, now, base, facet, draw(st.sampled_from(possible)))


def record_condition(draw: Any, now: dt.datetime, kind: str) -> Rule:
    """Something that happened, with none to two comparisons of a few attributes."""
    where = []
    for name in draw(st.lists(st.sampled_from(RECORDS_TRIED[kind]), max_size=2)):
        attribute = RECORDS[kind].attribute(name)
        assert attribute is not None
        where.append(comparison(draw, now, {"field": name}, attribute.facet()))
    if len(where) == 2 and draw(st.booleans()):
        where = [{draw(st.sampled_from(["all", "any", "none"])): where}]
    shape = draw(st.sampled_from(["counted", "counted", "picked", "beside"]))
    if shape == "picked":
        return histories.picking(draw, now, kind, draw(st.sampled_from(PICKS)), [*where, DATED])
    if shape == "beside":
        found = histories.beside(draw, now, kind, draw(st.sampled_from(WINDOWS_BESIDE)), [DATED])
        return {**found, "where": where} if found["happened"] == kind else found
    return histories.happening(draw, now, kind, where)


def drawn_rule(draw: Any, now: dt.datetime, about: Any, depth: int = 2) -> Rule:
    """A rule of few facts, nested at most so deep."""
    if depth and draw(st.booleans()):
        size = draw(st.integers(1, 3))
        parts = [drawn_rule(draw, now, about, depth - 1) for _ in range(size)]
        return {draw(st.sampled_from(["all", "any", "none"])): parts}
    return record_condition(draw, now, about) if isinstance(about, str) else fact_condition(draw, now, about)


def drawn_world(draw: Any, about: Any) -> World:
    """A world about one kind of record or fact; nothing is written, so its records get their ids here."""
    world = histories.worlds(draw, about if isinstance(about, str) else about[0])
    for number, row in enumerate(row for rows in world.records.values() for row in rows):
        row["_id"] = number
    return world


def formula(rule: Rule, holds: bool) -> Formula:
    return READING.formula(rule, holds=holds)


def who(rule: Rule, world: World, holds: bool) -> set[str]:
    """For whom a rule holds, or is known not to."""
    return oracle.members(rule if holds else {"none": [rule]}, world)


@pytest.mark.parametrize("about", [*FACTS_TRIED, *RECORDS_TRIED], ids=str)
def test_a_yes_of_the_judge_is_so(about: Any) -> None:
    said: Counter[str] = Counter()

    @QUIET
    @given(data=st.data())
    def agree(data: Any) -> None:
        world = drawn_world(data.draw, about)
        rules = [drawn_rule(data.draw, world.now, about, 1) for _ in range(4)]
        sides = [(rule, holds) for rule in rules for holds in (True, False)]
        everybody = {row["name"] for row in world.patients}
        for first, first_holds in sides:
            one, members = formula(first, first_holds), who(first, world, first_holds)
            if Judge().never(one):
                said["never"] += 1
                assert not members, first
            if Judge().always(one):
                said["always"] += 1
                assert members == everybody, first
            for second, second_holds in sides:
                other, others = formula(second, second_holds), who(second, world, second_holds)
                if Judge().never(one, other):
                    said["never both"] += 1
                    assert not members & others, (first, first_holds, second, second_holds)
                if Judge().follows(one, other):
                    said["follows"] += 1
                    assert members <= others, (first, first_holds, second, second_holds)

    agree()

    assert min(said[claim] for claim in ("never both", "follows")) > 100
    assert said["never"]


@pytest.mark.parametrize("about", [*FACTS_TRIED, *RECORDS_TRIED], ids=str)
def test_what_checks_say_of_a_rule_is_so(about: Any) -> None:
    said: Counter[str] = Counter()

    @settings(QUIET, max_examples=250)
    @given(data=st.data())
    def agree(data: Any) -> None:
        world = drawn_world(data.draw, about)
        rule = drawn_rule(data.draw, world.now, about, 2)
        assert problems(rule, "rule") == []
        members = oracle.members(rule, world)
        for problem in findings(rule, "rule"):
            said[problem.says] += 1
            if problem.says in {SAME, CHANGES_NOTHING}:
                assert oracle.members(without(rule, problem.where), world) == members, (rule, problem)
            elif problem.says == EVERYBODY:
                assert len(members) == len(world.patients), rule
            elif problem.where == "rule":
                assert not members, (rule, problem)

    agree()

    assert sum(said.values()) > 5


def without(rule: Rule, where: str) -> Rule:
    """The rule without the part at a place."""
    left = copy.deepcopy(rule)
    *path, last = where.split(".")[1:]
    thing: Any = left
    for step in path:
        thing = thing[int(step)] if isinstance(thing, list) else thing[step]
    if isinstance(thing, list):
        del thing[int(last)]
    else:
        del thing[last]
    return left
