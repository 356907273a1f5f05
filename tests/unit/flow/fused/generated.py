"""Journeys of every kind of step, and what happens to patients meanwhile, drawn at random.

Steps lead to later ones, and back only to waits for a length of time, so many rounds and no more; so every journey
ends or waits, and never runs in a circle at once.
"""

from typing import Any

from hypothesis import strategies as st

from tests.unit.flow.clinic import STAGES, a_journey, a_step, say

HAS_SPANISH = {"field": "language", "is": "is", "value": "es"}
RULES = (
    HAS_SPANISH,
    {"field": "age", "is": "at_least", "value": 65},
    {"field": "preferred_channel", "is": "is", "value": "email"},
    {"happened": "task", "where": [{"field": "status", "is": "is", "value": "requested"}]},
    {"happened": "enrolment", "where": [{"field": "stage", "is": "is", "value": "access"}]},
    {"field": "custom.mood", "is": "is", "value": "never"},
    {"field": "custom.tags", "is": "has_any_of", "value": ["former"]},
    {"field": "random_number", "of": {"name": "draw"}, "is": "less_than", "value": 40},
)
HAPPENINGS = ("observation.recorded", "encounter.recorded", "patient.changed")
HOURS = (1, 30, 72)
TIMEOUT = {"hours": 48}
CHANGES = (
    {"field": "language", "value": "es"},
    {"field": "preferred_channel", "value": "email"},
    {"field": "time_zone", "value": "Asia/Kolkata"},
    {"field": "custom.mood", "value": "never"},
    {"field": "custom.mood", "value": "current"},
    {"field": "custom.mood", "action": "clear"},
    {"field": "custom.tags", "action": "add", "value": "never, former"},
    {"field": "custom.tags", "action": "remove", "value": "former"},
    {"field": "custom.tags", "value": "former, current"},
    {"field": "custom.due-date", "action": "today", "days": 2},
)

REPLIES = ("yes", "perhaps", "confirm", "answered 8", "answered 3", "answered 2026-03-20", "undeliverable")
"""What becomes of a message: a code, and what a number or a date says besides."""

Written = tuple[str, tuple[str, ...], dict[str, Any]]
"""Kind of step, its ports, its config."""
WAYS_OF_ASKING: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "yes-no": (("yes", "no"), {}),
    "choice": (("confirm", "decline"), {"choices": ["confirm", "decline"]}),
    "number": (("many", "answered"), {"bands": [{"port": "many", "least": 7}], "least": 0, "most": 10}),
    "date": (("answered",), {}),
}
"""Kind of answer → the ways out that answers open, and what belongs to it."""
OWNERS = ({}, {"owner": "person", "person": "nina"}, *({"owner": rule} for rule in ("last-owner", "least-loaded")))
OF_APPOINTMENTS = {"focus": "appointment", "entry": {"event": "appointment.changed"}}
OF_THE_VISIT = {"owner": "practitioner"}
BEFORE_IT_BEGINS = {"useful_until": {"focus": "start_at", "plus": {"hours": -20}}}
DEED = {"event": "encounter.recorded"}
REMINDED: Written = ("remind", ("next", "heard"), {"template": "hello", "acts": [DEED]})
REPLY: Written = (
    "wait_for_reply",
    ("answered", "acted", "not-sent", "timeout"),
    {"timeout": TIMEOUT, "acts": [DEED]},
)


def waits() -> st.SearchStrategy[Written]:
    hours = st.sampled_from(HOURS)
    happenings = st.sampled_from(HAPPENINGS)
    days = st.sampled_from([[], ["monday", "thursday"]])
    answered = ("confirm", "other", "timeout")
    return st.one_of(
        days.map(lambda days: ("wait", ("next",), {"until_hour": "10:00", "weekdays": days})),
        hours.map(lambda hours: ("wait", ("next",), {"for_": {"hours": hours}})),
        happenings.map(lambda kind: ("wait", ("happened", "timeout"), {"event": kind, "timeout": TIMEOUT})),
        st.just(("wait", answered, {"answers": ["confirm"], "timeout": TIMEOUT})),
        st.sampled_from((-2, 0, 3)).map(until_date),
        rules().map(lambda rule: ("wait_until", ("happened", "timeout"), {"rule": rule, "timeout": TIMEOUT})),
    )


def until_date(days: int) -> Written:
    plus = {"plus": {"days": days}} if days else {}
    return "wait_for_date", ("next", "past", "unknown"), {"until": {"date": "custom.due-date", **plus}}


def rules() -> st.SearchStrategy[dict[str, Any]]:
    return st.sampled_from(RULES)


def at_once() -> st.SearchStrategy[Written]:
    changes = st.sampled_from(CHANGES)
    useful = st.sampled_from([{}, {"useful_for_days": 3}, BEFORE_IT_BEGINS, {"useful_for_days": 2, **BEFORE_IT_BEGINS}])
    ways = [{"port": "here", "percent": 50}, {"port": "there", "percent": 30}]
    parted = {"draw": "test", "shares": ways, "held_out": 20}
    return st.one_of(
        useful.map(lambda days: ("send_message", ("next",), {"template": "hello", **days})),
        useful.map(lambda days: ("send_message", ("next",), {"template": "hello", **days})),
        rules().map(branch),
        rules().map(branch),
        changes.map(lambda change: ("update", ("next",), change)),
        st.just(("experiment", ("here", "there", "holdout"), parted)),
        st.builds(task, st.sampled_from([None, TIMEOUT]), st.sampled_from([*OWNERS, OF_THE_VISIT])),
        st.sampled_from(list(WAYS_OF_ASKING)).map(ask),
        st.just(REMINDED),
        st.just(REPLY),
    )


def branch(rule: dict[str, Any]) -> Written:
    return "branch", ("so", "otherwise"), {"branches": [{"port": "so", "rule": rule}]}


def ask(answer: str) -> Written:
    ways, more = WAYS_OF_ASKING[answer]
    config = {"template": "hello", "question": "come", "answer": answer, "timeout": TIMEOUT, **more}
    return "ask", (*ways, "other", "not-sent", "timeout"), config


def task(timeout: dict[str, int] | None, owner: dict[str, str]) -> Written:
    outcomes = [{"code": "reached", "name": say("Reached")}]
    config = {"queue": "recall", "title": say("Call"), "outcomes": outcomes, "due": {"days": 2}, **owner}
    if timeout is None:
        return "task", ("reached", "cancelled"), config
    return "task", ("reached", "cancelled", "timeout"), {**config, "timeout": timeout}


def every_ask_and_owner() -> dict[str, Any]:
    """One journey through every kind of question and every rule of owners, by whatever way out."""
    asks = [ask(answer) for answer in WAYS_OF_ASKING]
    tasks = [task(TIMEOUT, owner) for owner in (*OWNERS, OF_THE_VISIT)]
    written: list[Written] = [("send_message", ("next",), {"template": "hello", **BEFORE_IT_BEGINS})]
    for place in range(max(len(asks), len(tasks))):
        written += [*tasks[place : place + 1], *asks[place : place + 1]]
    steps = {
        f"step-{place}": a_step(kind, dict.fromkeys(ports, f"step-{place + 1}"), **config)
        for place, (kind, ports, config) in enumerate(written)
    }
    return a_journey({**steps, f"step-{len(written)}": a_step("end")}, **OF_APPOINTMENTS)


@st.composite
def journeys(draw: Any) -> dict[str, Any]:
    """A journey that may be published: what nobody can reach is left out."""
    written = draw(st.lists(st.one_of(at_once(), at_once(), waits()), min_size=2, max_size=9))
    if any(each in (REMINDED, REPLY) for each in written):
        written = [("send_message", ("next",), {"template": "hello"}), *written]
    ids = [f"step-{place}" for place in range(len(written))]
    steps: dict[str, Any] = {}
    for place, (kind, ports, config) in enumerate(written):
        back = [f"round-{there}" for there in range(place + 1) if "for_" in written[there][2]]
        # the next one is the likeliest, so that ways become long
        ahead = ids[place + 1 : place + 2] * 6 + ids[place + 2 :] + ["done", "lost"]
        # by their first ports all steps together lead to an end
        ways = {port: draw(st.sampled_from(ahead if port == ports[0] else ahead + back)) for port in ports}
        steps[ids[place]] = a_step(kind, ways, draw(st.sampled_from([None, *STAGES[:2]])), **config)
    for place, step_id in enumerate(ids):
        steps[f"round-{place}"] = a_step("repeat", {"again": step_id, "enough": "done"}, times=2)
    # only a record has a date until which a message is of use
    about = OF_APPOINTMENTS if any("useful_until" in config for _, _, config in written) else {}
    steps |= {"done": a_step("end", reason="done"), "lost": a_step("end", stage="education", reason="lost")}
    return a_journey(reached(steps, ids[0]), **about, **draw(endings()))


def reached(steps: dict[str, Any], start: str) -> dict[str, Any]:
    """The steps that can be reached, in the order of `steps`."""
    found = {start}
    waiting = [start]
    while waiting:
        for target in steps[waiting.pop()].get("next", {}).values():
            if target not in found:
                found.add(target)
                waiting.append(target)
    return {step_id: step for step_id, step in steps.items() if step_id in found}


def endings() -> st.SearchStrategy[dict[str, Any]]:
    """Mostly none; else a goal by rule or an exit by event."""
    asked = rules().map(lambda rule: {"goals": [{"name": say("Goal"), "rule": rule}]})
    happened = st.just({"exits": [{"name": say("Seen"), "event": "encounter.recorded"}]})
    return st.one_of(st.just({}), st.just({}), st.just({}), asked, happened)


def histories(people: int) -> st.SearchStrategy[list[tuple[Any, ...]]]:
    """What happens, one thing after another."""
    whom = st.integers(0, people - 1)
    return st.lists(
        st.one_of(
            st.tuples(st.just("time"), st.sampled_from((1, 24, 49, 200))),
            st.tuples(st.just("time"), st.sampled_from((1, 24, 49, 200))),
            st.tuples(st.just("event"), st.sampled_from(HAPPENINGS), whom),
            st.tuples(st.just("answer"), st.sampled_from(("confirm", "what")), whom),
            st.tuples(st.just("reply"), st.sampled_from(REPLIES), whom),
            st.tuples(st.just("task"), st.sampled_from(("reached", None)), whom),
        ),
        min_size=3,
        max_size=8,
    )
