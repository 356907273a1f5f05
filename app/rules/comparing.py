"""Puts two contents of a segment side by side as lines that people read, and says which came and which went."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask_babel import gettext

from app.base import say, say_texts
from journeys.criteria.check import problems, where_problems
from journeys.criteria.fields import RECORDS
from journeys.criteria.known import Known
from journeys.criteria.sentence import sentence
from journeys.criteria.shapes import GROUPS, shape_of
from journeys.flow.packs.yaml_text import write_yaml
from journeys.foundation.words import N_

HEADS = {
    "all": N_("All of these hold:"),
    "any": N_("At least one of these holds:"),
    "none": N_("None of these holds:"),
}
DEEPEST = 4
"""Lines further in are drawn no further in: a narrow page has no room."""


class Line(NamedTuple):
    """One line of a rule in words; `depth` is how many groups it stands in."""

    depth: int
    text: str


@dataclass(frozen=True)
class Change:
    """One line of a comparison: `same`, `added` or `removed`."""

    kind: str
    line: Line


def rule_lines(rule: Any, in_force: Known) -> list[Line]:
    """A rule, one line a condition; as it is written where it cannot be read out."""
    if problems(rule, "rule", in_force):
        return [Line(0, text) for text in write_yaml(rule).splitlines()]
    return list(lines_of(rule, in_force, 0))


def lines_of(rule: Mapping[str, Any], in_force: Known, depth: int) -> Iterator[Line]:
    """The lines of a valid rule."""
    shape = shape_of(rule)
    if shape not in GROUPS:
        yield Line(min(depth, DEEPEST), sentence(rule, gettext, None, in_force, say_texts))
        return
    yield Line(min(depth, DEEPEST), say(HEADS[shape]))
    for part in rule[shape]:
        yield from lines_of(part, in_force, depth + 1)


def about_lines(content: Mapping[str, Any], in_force: Known) -> list[Line]:
    """What a segment is called, what it is for, and which records it is about."""
    found = [Line(0, f"{code}: {text}") for key in ("name", "description") for code, text in texts_of(content, key)]
    focus = content.get("focus")
    if not isinstance(focus, dict):
        return [*found, Line(0, gettext("About the patient as a whole"))]
    record = RECORDS.get(str(focus.get("kind")))
    found.append(Line(0, gettext("About: %(record)s", record=say(record.label) if record else focus.get("kind"))))
    return [*found, *where_lines(focus, in_force)]


def where_lines(focus: Mapping[str, Any], in_force: Known) -> list[Line]:
    """The conditions on the records that a segment is about."""
    where = focus.get("where", [])
    if list(where_problems(focus.get("kind"), where, "focus", in_force)):
        return [Line(1, text) for text in write_yaml(where).splitlines()]
    rules = [{"happened": focus["kind"], "where": [part]} for part in where]
    return [Line(1, sentence(rule, gettext, None, in_force, say_texts)) for rule in rules]


def texts_of(content: Mapping[str, Any], key: str) -> list[tuple[str, str]]:
    """(language, text) of a text that people wrote, in the order of the languages."""
    texts = content.get(key)
    return sorted((code, str(text)) for code, text in texts.items()) if isinstance(texts, dict) else []


def changes(before: Sequence[Line], after: Sequence[Line]) -> list[Change]:
    """Every line of both, in reading order; what went stands before what came in its place."""
    found = []
    for kind, start, end, new_start, new_end in difflib.SequenceMatcher(None, before, after, False).get_opcodes():
        if kind == "equal":
            found += [Change("same", line) for line in after[new_start:new_end]]
        else:
            found += [Change("removed", line) for line in before[start:end]]
            found += [Change("added", line) for line in after[new_start:new_end]]
    return found
