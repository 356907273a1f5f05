"""The checks over all paths against a plain oracle that walks every one of them; and what many partings cost."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeys.flow.checks import CHECKS
from journeys.flow.proving import soonest, ways
from journeys.flow.proving.checking import problems_of
from journeys.flow.proving.soonest import A_WEEK, most_in_a_week
from journeys.flow.proving.ways import hops_of, way_to
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Node, parse
from journeys.flow.text.graph import circles
from journeys.foundation.errors import Problem
from tests.unit.flow.clinic import a_journey, a_step, say

KINDS = ("send", "day", "week", "part", "answer", "repeat", "end")
IDS = ("s0", "s1", "s2", "s3", "s4", "s5")
OUTCOMES = [{"code": "done", "name": say("Done")}]
Walk = list[tuple[str, str]]


def step_of(kind: str, first: str, second: str) -> Any:
    """A small step of a kind, whose ways out lead to two others."""
    if kind == "send":
        return a_step("send_message", first, template="hello")
    if kind in ("day", "week"):
        return a_step("wait", first, for_={f"{kind}s": 1})
    if kind == "part":
        rule = {"field": "language", "is": "is", "value": "es"}
        return a_step("branch", {"es": first, "otherwise": second}, branches=[{"port": "es", "rule": rule}])
    if kind == "answer":
        return a_step("wait", {"yes": first, "other": first, "timeout": second}, answers=["yes"], timeout={"days": 3})
    if kind == "repeat":
        return a_step("repeat", {"again": first, "enough": second}, times=2)
    return a_step("end")


graphs = st.lists(
    st.tuples(st.sampled_from(KINDS), st.sampled_from(IDS), st.sampled_from(IDS)), min_size=6, max_size=6
).map(lambda rows: a_journey({name: step_of(*row) for name, row in zip(IDS, rows, strict=True)}))


def nodes_of(content: Any) -> dict[str, Node]:
    _, nodes, problems = parse(content)
    assert not problems
    return nodes


def looked(name: str, content: Any) -> list[Problem]:
    head, nodes, _ = parse(content)
    assert head is not None
    return list(CHECKS[name]().look(head, nodes, frozenset(nodes), Catalogue()))


def edges(nodes: dict[str, Node], step_id: str) -> list[tuple[str, str]]:
    node = nodes[step_id]
    return [(port, node.next[port]) for port in node.step.ports()]


def simple_walks(nodes: dict[str, Node], start: str) -> Iterator[Walk]:
    """Every way from a step over which no step comes twice but the last, each as (step, port) with a last port ""."""
    waiting: list[Walk] = [[(start, "")]]
    while waiting:
        walk = waiting.pop()
        yield walk
        last = walk[-1][0]
        if last in [step_id for step_id, _ in walk[:-1]]:
            continue
        waiting.extend([*walk[:-1], (last, port), (to, "")] for port, to in edges(nodes, last))


def is_walk(nodes: dict[str, Node], problem: Problem) -> bool:
    """Whether a proof leads from step to step as the journey does, in the least time of its ports."""
    pairs = zip(problem.path, problem.path[1:], strict=False)
    return all(
        nodes[here.step].next[str(here.port)] == there.step
        and there.after - here.after == nodes[here.step].step.shortest(str(here.port))
        for here, there in pairs
    )


@given(graphs)
def test_ends_and_reach_are_those_of_every_walk(content):
    nodes = nodes_of(content)
    walks = {start: list(simple_walks(nodes, start)) for start in nodes}
    endless = [s for s in nodes if all(nodes[step].step.ports() for walk in walks[s] for step, _ in walk)]
    assert [each.where for each in looked("no_end", content)] == [f"steps.{step_id}" for step_id in endless]
    reached = {step for walk in walks["s0"] for step, _ in walk}
    strays = [f"steps.{step_id}" for step_id in nodes if step_id not in reached]
    assert [each.where for each in looked("unreachable_step", content)] == strays
    for each in looked("no_end", content):
        assert is_walk(nodes, each)
        assert bool(each.path) == (each.where.removeprefix("steps.") in reached)


@given(graphs, st.sampled_from(["endless_loop", "unlimited_loop"]))
def test_a_circle_is_found_when_a_walk_comes_back_to_itself(content, name):
    nodes = nodes_of(content)

    def counts(step_id: str, port: str) -> bool:
        step = nodes[step_id].step
        return not (step.pauses(port) if name == "endless_loop" else step.is_limited(port))

    def rounds(endless: bool) -> set[str]:
        return {
            walk[0][0]
            for start in nodes
            for walk in simple_walks(nodes, start)
            if len(walk) > 1
            and walk[-1][0] == walk[0][0]
            and all(counts(step, port) for step, port in walk[:-1])
            and (not endless or not any(nodes[step].step.pauses(port) for step, port in walk[:-1]))
        }

    in_groups = {step_id for group in circles(nodes, lambda node, port: counts(node.id, port)) for step_id in group}
    assert in_groups == rounds(endless=False)
    found = looked(name, content)
    for each in found:
        assert is_walk(nodes, each)
        assert each.path[0].step == each.path[-1].step == each.where.removeprefix("steps.")
        assert all(counts(stride.step, str(stride.port)) for stride in each.path[:-1])
    if name == "endless_loop":
        assert bool(found) == bool(rounds(endless=False))


def every_week(nodes: dict[str, Node], most: int) -> int:
    """The most contacts within seven days on any way, by walking all of them; `most` at the most."""
    found = 0
    waiting = [(step_id, dt.timedelta(0), 1, frozenset({step_id})) for step_id in nodes if nodes[step_id].step.contacts]
    while waiting:
        step_id, takes, count, since = waiting.pop()
        found = max(found, min(count, most))
        if count >= most:
            continue
        for port, to in edges(nodes, step_id):
            after = takes + nodes[step_id].step.shortest(port)
            more = nodes[to].step.contacts
            # a round without a message and without time leads nowhere new
            new = frozenset({to}) if more or after > takes else since | {to}
            if after < A_WEEK and not (to in since and not more and after == takes):
                waiting.append((to, after, count + more, new))
    return found


@settings(max_examples=60)
@given(graphs)
def test_the_worst_week_is_that_of_every_walk(content):
    nodes = nodes_of(content)
    count, path = most_in_a_week(nodes, 4)
    assert count == every_week(nodes, 4)
    assert sum(nodes[each.step].step.contacts for each in path) == count
    assert is_walk(nodes, Problem("", "", path=path))
    assert bool(looked("too_many_contacts", {**content, "purpose": "care"})) == (count == 4)


@given(graphs)
def test_the_way_to_a_step_is_the_quickest_of_every_walk(content):
    nodes = nodes_of(content)
    for target in nodes:
        lengths = [
            (sum((nodes[step].step.shortest(port) for step, port in walk[:-1]), dt.timedelta(0)), len(walk))
            for walk in simple_walks(nodes, "s0")
            if walk[-1][0] == target
        ]
        path = way_to(nodes, "s0", [target])
        assert bool(path) == bool(lengths)
        if path:
            assert (path[-1].after, len(path)) == min(lengths)


def ladder(rungs: int) -> dict[str, Any]:
    """So many partings one after another: as many paths as two to the power of that."""
    steps: dict[str, Any] = {}
    rule = {"field": "language", "is": "is", "value": "es"}
    for rung in range(rungs):
        after = f"part-{rung + 1}" if rung + 1 < rungs else "end"
        kind = ("send_message", "wait")[rung % 2]
        config: dict[str, Any] = {"template": "hello"} if kind == "send_message" else {"for_": {"days": 3}}
        steps[f"part-{rung}"] = a_step(
            "branch", {"es": f"side-{rung}", "otherwise": after}, branches=[{"port": "es", "rule": rule}]
        )
        steps[f"side-{rung}"] = a_step(kind, after, **config)
    return a_journey({**steps, "end": a_step("end")})


def looked_at(monkeypatch: pytest.MonkeyPatch, content: Any) -> int:
    """How often checks ask where one comes next from a step."""
    asked = 0

    def counted(*given: Any) -> Any:
        nonlocal asked
        asked += 1
        return hops_of(*given)

    hello = {"hello": {"purpose": "care", "texts": {"en": {"body": "Hello"}}}}
    catalogue = Catalogue(templates=hello, segments={"everyone": {"rule": {}}}, journeys={"other": ladder(10)})
    with monkeypatch.context() as patch:
        patch.setattr(ways, "hops_of", counted)
        patch.setattr(soonest, "hops_of", counted)
        problems_of(content, catalogue)
    return asked


def test_twice_the_partings_are_twice_the_work(monkeypatch):
    once, twice = (looked_at(monkeypatch, ladder(rungs)) for rungs in (75, 150))
    assert 151 < once < 30 * 151
    assert twice < 2.5 * once


@pytest.mark.parametrize("rungs", [75, 200])
def test_many_partings_are_judged(rungs):
    """In reasonable time, as the counts above show: walking every way of so many would never end."""
    content = ladder(rungs)
    hello = {"hello": {"purpose": "care", "texts": {"en": {"body": "Hello"}}}}
    found = problems_of(content, Catalogue(templates=hello, segments={"everyone": {"rule": {}}}))
    assert {each.severity for each in found} == {"warning"}
    assert any(len(each.path) > 3 for each in found)
