"""Says what the builder asks of a rule: what is wrong where, how it reads, and what a text of it holds.

A rule of `about` the patient stands at the place `rule`; conditions on a record (a segment's focus) at `where`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext

from app.base import say, say_texts
from journeys.criteria.check import problems, where_problems
from journeys.criteria.findings import findings
from journeys.criteria.known import Known
from journeys.criteria.sentence import sentence
from journeys.flow.packs.yaml_text import read_yaml, write_yaml
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

RULE, WHERE = "rule", "where"
YAML = "yaml"
MOST_PROBLEMS = 100
"""More than anybody mends at once; a list of 100,000 wrong codes has one sentence for each."""


@dataclass(frozen=True)
class About:
    """What a rule is about: the kind of record in focus, or the one whose conditions it holds; the segment it is of."""

    focus: str = ""
    record: str = ""
    slug: str = ""


def found_in(rule: Any, about: About, in_force: Known) -> list[Problem]:
    """Everything that is wrong, at most MOST_PROBLEMS; else what makes no sense although it is right."""
    if about.record:
        conditions = [rule] if not is_list(rule) else rule["all"]
        return list(where_problems(about.record, conditions, "", in_force))[:MOST_PROBLEMS]
    if about.slug and isinstance(rule, dict):
        in_force = replace(in_force, segments={**in_force.segments, about.slug: rule})
    found = problems(rule, RULE, in_force, about.focus or None)
    return found[:MOST_PROBLEMS] or findings(rule, RULE, in_force, about.focus or None)


def is_list(rule: Any) -> bool:
    """Whether the conditions on a record are drawn as one group of which all hold."""
    return isinstance(rule, dict) and set(rule) == {"all"}


def judged(rule: Any, about: About, in_force: Known) -> dict[str, Any]:
    """Problems with their places and sentences; and how the rule reads, when it can be read."""
    found = found_in(rule, about, in_force)
    is_readable = not about.record and all(problem.severity != "error" for problem in found)
    reads = sentence(rule, gettext, about.focus or None, in_force, say_texts) if is_readable else ""
    return {"problems": [told(problem) for problem in found], "sentence": reads}


def told(problem: Problem, lines: Mapping[str, int] | None = None) -> dict[str, Any]:
    """A problem for the builder, with the line of a text when it stands in one."""
    says = {"where": problem.where.removeprefix("."), "says": say(problem), "severity": problem.severity}
    line = line_of(problem.where, lines or {})
    return says if line is None else {**says, "line": line}


def line_of(where: str, lines: Mapping[str, int]) -> int | None:
    """The line on which a place begins: its own, else that of what it lies in."""
    steps = where.split(".")[1:]
    places = (".".join(steps[:end]) for end in range(len(steps), -1, -1))
    return next((lines[place] for place in places if place in lines), None)


def read_text(text: str, form: str, about: About, in_force: Known) -> dict[str, Any]:
    """The rule that a text holds and what is wrong with it, by line; without a rule when it cannot be read."""
    document = read_yaml(text)
    unread = document.problems if form == YAML else json_problems(text)
    if unread:
        return {"problems": [told_of_text(problem) for problem in unread]}
    rule = document.value if form == YAML else json.loads(text)
    # nearly all JSON is YAML: its lines are known where it could be read as such
    lines = {} if document.problems else document.lines
    return {"rule": rule, "problems": [told(problem, lines) for problem in found_in(rule, about, in_force)]}


def json_problems(text: str) -> list[Problem]:
    """Why a text is no JSON, with its line; empty when it is."""
    try:
        json.loads(text, object_pairs_hook=each_once, parse_constant=no_number)
    except json.JSONDecodeError as error:
        return [Problem(f"line {error.lineno}", N_("This is not JSON: %(reason)s"), {"reason": error.msg})]
    except Repeated as repeated:
        return [Problem("line 1", N_("This is not JSON: %(reason)s"), {"reason": str(repeated)})]
    except RecursionError:
        return [Problem("line 1", N_("The text is nested too deeply to be read"))]
    return []


class Repeated(ValueError):
    """A text that Python would read in its own way: a key twice, or a number that JSON does not have."""


def each_once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these keys; Repeated when one stands twice, because which one counts would be a guess."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise Repeated(f"{key} is written twice")
        found[key] = value
    return found


def no_number(word: str) -> Any:
    """Refuse NaN and Infinity."""
    raise Repeated(f"{word} is no number")


def told_of_text(problem: Problem) -> dict[str, Any]:
    """A problem of the text itself; its place is `line 3, column 5`."""
    line = int(problem.where.split(",")[0].removeprefix("line "))
    return {"where": problem.where, "says": say(problem), "severity": problem.severity, "line": line}


def as_yaml(rule: Any) -> str:
    """The one way in which a rule is written as YAML."""
    return write_yaml(rule)
