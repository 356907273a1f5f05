"""Says what the designer asks of a journey as it stands: its sentences, its ways out, what is wrong where."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from app.base import say
from app.views.journey_words import reader_by, ways_of
from journeys.criteria.check import problems as rule_problems
from journeys.flow.proving.checking import problems_of
from journeys.flow.steps import STEPS
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Entry
from journeys.flow.text.shapes import read_shape
from journeys.flow.words.entry_words import NOBODY, entry_words
from journeys.flow.words.outline import outline
from journeys.flow.words.place_words import part_words, place_words
from journeys.flow.words.problem_words import in_names
from journeys.foundation.errors import Problem, Stride

Described = dict[str, Any]

MOST_PROBLEMS = 200
"""More than anybody mends at once."""


def judged(content: Mapping[str, Any], catalogue: Catalogue) -> Described:
    """Each step's sentence and ways out in words, how patients come in, and every problem."""
    reader, words = reader_by(catalogue), ways_of(catalogue.names, content)
    rows = outline(content, reader)
    steps = {
        row.step_id: {
            "sentence": row.sentence,
            "ways": [[port, words(row.step_id, port)] for port, _target in row.ways],
        }
        for row in rows
        if not row.is_jump
    }
    found = in_names(problems_of(content, catalogue)[:MOST_PROBLEMS], content, reader, words)
    problems = [told(each, part_words(each.where, content, reader, words)) for each in found]
    return {"steps": steps, "entry": entry_said(content, catalogue), "problems": problems}


def told(problem: Problem, part: str = "", lines: Mapping[str, int] | None = None) -> Described:
    """A problem with its step, the part of it in words and the steps that prove it; with its line in a text."""
    parts = problem.where.split(".")
    step = parts[1] if parts[0] == "steps" and len(parts) > 1 else ""
    says = {"where": problem.where, "says": say(problem), "severity": problem.severity, "step": step, "part": part}
    says["proof"] = [place_on_way(stride) for stride in problem.path]
    line = line_of(problem.where, lines or {})
    return says if line is None else {**says, "line": line}


def place_on_way(stride: Stride) -> str:
    """The step's id; that of another journey with the journey's, which no id of a step can be."""
    return stride.step if stride.journey is None else f"{stride.journey}: {stride.step}"


def line_of(where: str, lines: Mapping[str, int]) -> int | None:
    """The line on which a place begins: its own, else that of what it lies in."""
    steps = where.split(".")
    places = (".".join(steps[:end]) for end in range(len(steps), -1, -1))
    return next((lines[place] for place in places if place in lines), None)


def told_of_text(problem: Problem) -> Described:
    """A problem of the text itself; its place is `line 3, column 5`."""
    line = int(problem.where.split(",")[0].removeprefix("line "))
    return {**told(problem), "line": line}


def told_all(content: Mapping[str, Any], catalogue: Catalogue, lines: Mapping[str, int]) -> list[Described]:
    """The problems of the draft that a text holds, each with its step and at its line."""
    reader, words = reader_by(catalogue), ways_of(catalogue.names, content)
    found = in_names(problems_of(content, catalogue)[:MOST_PROBLEMS], content, reader, words)
    return [told(each, place_words(each.where, content, reader, words), lines) for each in found]


def ways_of_blank(kind: str) -> list[tuple[str, str]]:
    """The ways out of a new step as far as its type alone decides them, each with its words."""
    blank = object.__new__(STEPS[kind])
    try:
        ports = blank.ports()
    except AttributeError:
        ports = ("next",)
    words = ways_of({}, {})
    return [(port, words("", port)) for port in ports]


def entry_said(content: Mapping[str, Any], catalogue: Catalogue) -> str:
    """Who comes in, in one sentence; that nobody does as long as the entry cannot be read."""
    entry, problems = read_shape(Entry, content.get("entry"), "entry")
    reader = reader_by(catalogue)
    if entry is None or problems or (entry.rule is not None and rule_problems(entry.rule, "", catalogue.known, None)):
        return gettext(NOBODY)
    return entry_words(entry, reader)
