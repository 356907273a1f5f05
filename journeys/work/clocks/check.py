"""Finds everything that is wrong with a safety clock, each at its place. Never raises, whatever it is given."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from journeys.criteria.check import unknown_keys
from journeys.criteria.publish_segment import text_problems
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.work.clocks.clock import FORMAT, RISKS
from journeys.work.clocks.entities import ENTITIES
from journeys.work.clocks.entities.base import PRIORITIES, SEVERITIES
from journeys.work.clocks.limits import UNITS, limit_problems

KEYS = [
    *("format", "name", "description", "source", "entity", "state", "where", "limit", "hard_limit", "sooner"),
    *("risk", "next_step", "queue", "escalation"),
]
SOME = {"priority": PRIORITIES, "severity": SEVERITIES}
SOONER_KEYS = [*SOME, "limit", "hard_limit"]
RUNG_KEYS = ["after", "queue", "priority"]
MOST = 20

NO_QUEUE = N_("There is no queue %(queue)s")
CHOOSE = N_("Choose one of: %(choices)s")
NAMED = N_("Write named values")


def clock_problems(content: Any, queues: Collection[str]) -> list[Problem]:
    """All problems, in reading order. `queues` are the slugs of the clinic's queues."""
    if not isinstance(content, dict):
        return [Problem("", NAMED)]
    found = list(unknown_keys(content, "", KEYS))
    if content.get("format") != FORMAT:
        found.append(Problem("format", N_("The format must be %(format)s"), {"format": FORMAT}))
    found += text_problems(content.get("name"), "name", is_needed=True)
    found += text_problems(content.get("description"), "description", is_needed=False)
    if not isinstance(content.get("source", ""), str):
        found.append(Problem("source", N_("Write a text")))
    found += watched_problems(content)
    found += some_problems(content.get("where", {}), "where", list(SOME))
    found += limits_problems(content, "", is_ahead(content))
    found += list_problems(content, "sooner", sooner_problems, is_ahead(content))
    found += one_of(content.get("risk", RISKS[0]), RISKS, "risk")
    found += text_problems(content.get("next_step"), "next_step", is_needed=True)
    if "queue" in content or not is_work(content):
        found += queue_problems(content.get("queue"), "queue", queues)
    found += list_problems(content, "escalation", rung_problems, queues)
    found += ladder_problems(content.get("escalation"))
    return found


def watched_problems(content: Mapping[str, Any]) -> Iterator[Problem]:
    """The entity is there, and so is its state."""
    entity = content.get("entity")
    if not isinstance(entity, str) or entity not in ENTITIES:
        yield Problem("entity", CHOOSE, {"choices": ", ".join(ENTITIES)})
        return
    yield from one_of(content.get("state"), ENTITIES[entity].states, "state")


def is_ahead(content: Mapping[str, Any]) -> bool:
    """Whether the clock counts back from something to come."""
    entity, state = content.get("entity"), content.get("state")
    known = ENTITIES[entity].states if isinstance(entity, str) and entity in ENTITIES else {}
    return isinstance(state, str) and state in known and known[state].is_ahead


def is_work(content: Mapping[str, Any]) -> bool:
    """Whether the clock watches tasks, which have queues of their own."""
    entity = content.get("entity")
    return isinstance(entity, str) and entity in ENTITIES and ENTITIES[entity].is_work


def limits_problems(content: Mapping[str, Any], where: str, is_back: bool) -> Iterator[Problem]:
    """A limit, and a hard one that is not shorter. Working days are not counted back."""
    dot = f"{where}." if where else ""
    wrong = list(limit_problems(content.get("limit"), f"{dot}limit", may_work=not is_back))
    yield from wrong
    if "hard_limit" not in content:
        return
    hard = list(limit_problems(content["hard_limit"], f"{dot}hard_limit", may_work=not is_back))
    yield from hard
    if not wrong and not hard:
        lengths = [UNITS[unit] * number for each in ("limit", "hard_limit") for unit, number in content[each].items()]
        comes_first = lengths[1] > lengths[0] if is_back else lengths[1] < lengths[0]
        if comes_first:
            yield Problem(f"{dot}hard_limit", N_("The hard limit comes before the limit"))


def some_problems(given: Any, where: str, keys: list[str]) -> Iterator[Problem]:
    """Lists of priorities and severities."""
    if not isinstance(given, dict):
        yield Problem(where, NAMED)
        return
    yield from unknown_keys(given, where, keys)
    for key, known in SOME.items():
        chosen = given.get(key, [known[0]])
        if not isinstance(chosen, list) or not chosen or not all(each in known for each in chosen):
            data = {"choices": ", ".join(known)}
            yield Problem(f"{where}.{key}", N_("Write a list of some of: %(choices)s"), data)


def sooner_problems(each: Any, where: str, is_back: bool) -> Iterator[Problem]:
    """Some rows, and their limits."""
    yield from some_problems(each, where, SOONER_KEYS)
    if isinstance(each, dict):
        yield from limits_problems(each, where, is_back)
        if not any(key in each for key in SOME):
            yield Problem(where, N_("Say of which priority or severity"))


def rung_problems(each: Any, where: str, queues: Collection[str]) -> Iterator[Problem]:
    """After how long which queue is asked, with which priority."""
    if not isinstance(each, dict):
        yield Problem(where, NAMED)
        return
    yield from unknown_keys(each, where, RUNG_KEYS)
    yield from limit_problems(each.get("after"), f"{where}.after")
    if "queue" in each:
        yield from queue_problems(each["queue"], f"{where}.queue", queues)
    yield from one_of(each.get("priority"), PRIORITIES, f"{where}.priority")


def ladder_problems(rungs: Any) -> Iterator[Problem]:
    """Each rung comes after the one before it."""
    lengths = []
    for place, each in enumerate(rungs if isinstance(rungs, list) else []):
        if not isinstance(each, dict) or list(limit_problems(each.get("after"), "")):
            return
        [(unit, number)] = each["after"].items()
        lengths.append(UNITS[unit] * number)
        if place and lengths[place] <= lengths[place - 1]:
            yield Problem(f"escalation.{place}.after", N_("This should come after the one before it"))


def queue_problems(queue: Any, where: str, queues: Collection[str]) -> Iterator[Problem]:
    """A queue of the clinic."""
    if not isinstance(queue, str) or not queue:
        yield Problem(where, N_("Name a queue"))
    elif queue not in queues:
        yield Problem(where, NO_QUEUE, {"queue": queue})


def list_problems(content: Mapping[str, Any], key: str, judge: Any, *more: Any) -> Iterator[Problem]:
    """A list that may be missing, each of it judged."""
    given = content.get(key, [])
    if not isinstance(given, list) or len(given) > MOST:
        yield Problem(key, N_("Write a list of at most %(most)s"), {"most": MOST})
        return
    for place, each in enumerate(given):
        yield from judge(each, f"{key}.{place}", *more)


def one_of(value: Any, known: Collection[str], where: str) -> Iterator[Problem]:
    """A word of a closed list."""
    if not isinstance(value, str) or value not in known:
        yield Problem(where, CHOOSE, {"choices": ", ".join(known)})
