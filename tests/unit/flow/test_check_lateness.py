"""How late a step can be reached, against walking every way; and what many partings cost."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeys.contact.rules.quiet_hours import Hours
from journeys.flow.proving import lateness
from journeys.flow.proving.lateness import latest_arrivals, length_of, onward
from journeys.flow.text.definition import Node, parse
from tests.unit.flow.clinic import a_journey, a_step

IDS = ("s0", "s1", "s2", "s3", "s4")
KINDS = ("before", "after", "day", "hour", "part", "send")
QUIET = Hours()
NO_TIME = dt.timedelta(0)


def step_of(kind: str, place: int, first: int, second: int) -> Any:
    """A small step of a kind, whose ways out lead to two of those behind it, so that nothing goes round."""
    behind = (*IDS[place + 1 :], "end")
    near, far = behind[first % len(behind)], behind[second % len(behind)]
    if kind in ("before", "after"):
        return a_step("wait", near, until={"focus": "start_at", "plus": {"days": -2 if kind == "before" else 1}})
    if kind == "day":
        return a_step("wait", {"yes": near, "other": near, "timeout": far}, answers=["yes"], timeout={"days": 1})
    if kind == "hour":
        return a_step("wait", near, until_hour="10:00")
    if kind == "part":
        rule = {"field": "language", "is": "is", "value": "es"}
        return a_step("branch", {"es": near, "otherwise": far}, branches=[{"port": "es", "rule": rule}])
    return a_step("send_message", near, template="hello")


graphs = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 4), st.integers(0, 4)), min_size=5, max_size=5).map(
    lambda rows: a_journey(
        {**{IDS[place]: step_of(kind, place, *to) for place, (kind, *to) in enumerate(rows)}, "end": a_step("end")},
        focus="appointment",
    )
)


def nodes_of(content: Any) -> dict[str, Node]:
    _, nodes, problems = parse(content)
    assert not problems
    return nodes


def by_walking(nodes: dict[str, Node]) -> dict[str, dt.timedelta]:
    """The latest that each step is reached behind a wait for the date, by walking every way from the start."""
    latest: dict[str, dt.timedelta] = {}
    waiting: list[tuple[str, dt.timedelta | None]] = [("s0", None)]
    while waiting:
        step_id, at = waiting.pop()
        step = nodes[step_id].step
        if at is not None:
            latest[step_id] = max(at, latest.get(step_id, at))
        until = getattr(step, "until", None)
        for port in step.ports():
            then = None if at is None else at + step.shortest(port)
            if until is not None:
                reached = until.plus.length()
                then = reached if then is None else max(then, reached)
            waiting.append((nodes[step_id].next[port], then))
    return latest


@settings(max_examples=150)
@given(graphs)
def test_the_latest_arrival_is_that_of_every_walk(content):
    nodes = nodes_of(content)
    found: dict[str, dt.timedelta] = {}
    for arrival, path in latest_arrivals(nodes, "s0", "appointment", "start_at", QUIET):
        found[arrival.step] = max(arrival.at, found.get(arrival.step, arrival.at))
        assert path[0].step == "s0"
        assert path[-1].step == arrival.step
        pairs = zip(path, path[1:], strict=False)
        assert all(nodes[here.step].next[str(here.port)] == there.step for here, there in pairs)
    assert found == by_walking(nodes)


@pytest.mark.parametrize(
    ("hours", "length"),
    [(Hours(), 12), (Hours(dt.time(8), dt.time(8)), 0), (Hours(dt.time(1), dt.time(5)), 4)],
)
def test_how_long_quiet_hours_last(hours, length):
    assert length_of(hours) == dt.timedelta(hours=length)


def test_many_partings_are_looked_at_step_by_step(monkeypatch):
    steps: dict[str, Any] = {"wait": a_step("wait", "part-0", until={"focus": "start_at", "plus": {"days": -90}})}
    rule = {"field": "language", "is": "is", "value": "es"}
    for rung in range(75):
        after = f"part-{rung + 1}" if rung < 74 else "end"
        ways = {"es": f"side-{rung}", "otherwise": after}
        steps[f"part-{rung}"] = a_step("branch", ways, branches=[{"port": "es", "rule": rule}])
        steps[f"side-{rung}"] = a_step("wait", after, for_={"days": 1})
    nodes = nodes_of(a_journey({**steps, "end": a_step("end")}, focus="appointment"))
    looks = []
    monkeypatch.setattr(lateness, "onward", lambda *given: looks.append(1) or onward(*given))
    arrivals = latest_arrivals(nodes, "wait", "appointment", "start_at", QUIET)
    found = {arrival.step: arrival.at for arrival, _ in arrivals}
    assert found["end"] == dt.timedelta(days=-15)
    assert len(looks) < len(nodes) ** 2
