"""Contacts of a journey together with those of the journey that its steps begin, against walking every way of both."""

import datetime as dt
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from journeys.flow.proving.alongside import begun_by_steps
from journeys.flow.proving.soonest import A_WEEK, last_of, most_in_a_week
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Node, parse
from tests.unit.flow.clinic import a_journey, a_step

KINDS = ("send", "day", "days", "part", "begin", "end")
IDS = ("s0", "s1", "s2", "s3", "s4")
MOST = 4
NO_TIME = dt.timedelta(0)


def step_of(kind: str, first: str, second: str) -> Any:
    """A small step of a kind, whose ways out lead to two others."""
    if kind == "send":
        return a_step("send_message", first, template="hello")
    if kind in ("day", "days"):
        return a_step("wait", first, for_={"days": 1 if kind == "day" else 4})
    if kind == "part":
        rule = {"field": "language", "is": "is", "value": "es"}
        return a_step("branch", {"es": first, "otherwise": second}, branches=[{"port": "es", "rule": rule}])
    if kind == "begin":
        return a_step("start_journey", first, journey="other")
    return a_step("end")


graphs = st.lists(
    st.tuples(st.sampled_from(KINDS), st.sampled_from(IDS), st.sampled_from(IDS)), min_size=5, max_size=5
).map(lambda rows: a_journey({name: step_of(*row) for name, row in zip(IDS, rows, strict=True)}))


def nodes_of(content: Any) -> dict[str, Node]:
    _, nodes, problems = parse(content)
    assert not problems
    return nodes


def times_to(nodes: dict[str, Node]) -> list[dt.timedelta]:
    """The least time from the start to the first contact, the second, …, by walking every way of a week."""
    found: dict[int, dt.timedelta] = {}
    seen = set()
    waiting = [("s0", NO_TIME, 0)]
    while waiting:
        step_id, after, before = waiting.pop()
        count = min(before + nodes[step_id].step.contacts, MOST)
        if (step_id, after, count) in seen or after >= A_WEEK:
            continue
        seen.add((step_id, after, count))
        for number in range(before + 1, count + 1):
            found[number] = min(after, found.get(number, after))
        step = nodes[step_id].step
        waiting += [(nodes[step_id].next[port], after + step.shortest(port), count) for port in step.ports()]
    return [found[number] for number in sorted(found)]


def fullest_week(nodes: dict[str, Node], brought: list[dt.timedelta]) -> int:
    """The most contacts within seven days of the first, or of beginning the other journey, on any way."""
    most = 0
    seen = set()
    waiting = [(step_id, NO_TIME, 0, False) for step_id in nodes]
    while waiting:
        step_id, after, before, has_begun = waiting.pop()
        begins = nodes[step_id].step.name == "start_journey" and not has_begun
        taken = [number for number, time in enumerate(brought, 1) if begins and after + time < A_WEEK]
        for more in (0, *taken):
            count = min(before + nodes[step_id].step.contacts + more, MOST)
            place = (step_id, after, count, has_begun or more > 0)
            if count == 0 or after >= A_WEEK or place in seen:
                continue
            seen.add(place)
            most = max(most, count)
            step = nodes[step_id].step
            waiting += [(nodes[step_id].next[port], after + step.shortest(port), *place[2:]) for port in step.ports()]
    return most


@settings(max_examples=150)
@given(graphs, graphs)
def test_the_worst_week_with_what_is_begun_is_that_of_every_walk(mine, other):
    catalogue = Catalogue(journeys={"other": other}, journey="mine")
    nodes, theirs = nodes_of(mine), nodes_of(other)
    count, path = most_in_a_week(nodes, MOST, begun_by_steps(catalogue, MOST))
    assert count == fullest_week(nodes, times_to(theirs))
    sides = [theirs if each.journey else nodes for each in path]
    assert sum(side[each.step].step.contacts for side, each in zip(sides, path, strict=True)) == count
    assert not path or last_of(path) < A_WEEK
