"""Turns a rule into nodes that the templates draw: each with its place in the form, its problems and its count."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from journeys.criteria.dates import UNITS
from journeys.criteria.fields import FACTS, RECORDS
from journeys.criteria.fields.base import Record
from journeys.criteria.kinds import DAY, INSTANT, Facet
from journeys.criteria.operators import OPERATORS, operators_of
from journeys.criteria.operators.base import VALUE_SET
from journeys.criteria.shapes import GROUPS, shape_of
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

Choice = tuple[str, str]
"""(value, message id)."""

COMBINE: tuple[Choice, ...] = (
    ("all", N_("all of these hold")),
    ("any", N_("at least one of these holds")),
    ("none", N_("none of these holds")),
)
COUNT: tuple[Choice, ...] = (("at_least", N_("at least")), ("at_most", N_("at most")), ("exactly", N_("exactly")))
WINDOW: tuple[Choice, ...] = (
    ("", N_("at any time")),
    ("last", N_("in the last")),
    ("next", N_("in the next")),
    ("between", N_("between two moments")),
)
SIDE: tuple[Choice, ...] = (("after", N_("later")), ("before", N_("earlier")))
UNIT_WORDS = {"days": N_("days"), "weeks": N_("weeks"), "months": N_("months"), "years": N_("years")}
UNIT: tuple[Choice, ...] = tuple((unit, UNIT_WORDS[unit]) for unit in reversed(UNITS))


@dataclass
class Node:
    """One part of a rule as it is drawn. `where` is its place in the rule, `place` the start of its controls' names."""

    shape: str
    place: str
    where: str
    rule: Any
    parts: list[Node] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    count: int | None = None
    facet: Facet | None = None
    takes: str = ""
    fields: Sequence[Choice] = ()
    operators: Sequence[Choice] = ()
    parameters: Mapping[str, Sequence[Choice]] = field(default_factory=dict)
    moments: Sequence[Choice] = ()
    of_record: bool = False

    @property
    def combine(self) -> str:
        """How a group holds its parts together."""
        return shape_of(self.rule) or "all"

    @property
    def text(self) -> str:
        """The rule as text, for what the form cannot draw."""
        return self.rule if isinstance(self.rule, str) else json.dumps(self.rule, ensure_ascii=False, indent=2)

    def pair(self, key: str) -> tuple[str, Any]:
        """The only key and value of a small mapping: `count`, or the span of a window."""
        return next(iter((self.rule.get(key) or {}).items()), ("", ""))


class Artist:
    """Draws the nodes of one rule."""

    def __init__(self, focus: str | None, counts: Mapping[str, int]) -> None:
        self.focus = RECORDS.get(focus or "")
        self.counts = counts

    def draw(self, rule: Any, place: str, where: str, record: Record | None = None) -> Node:
        """One node with everything in it."""
        shape = shape_of(rule) if isinstance(rule, dict) else None
        if shape in GROUPS and isinstance(rule[shape], list) and set(rule) == {shape}:
            found = Node("group", place, where, rule)
            found.parts = [
                self.draw(part, f"{place}.{number}", f"{where}.{shape}.{number}", record)
                for number, part in enumerate(rule[shape])
            ]
        elif shape == "field" and is_known(rule, record):
            found = self.condition(rule, place, where, record)
        elif shape == "happened" and drawable(rule):
            found = self.happening(rule, place, where)
        elif shape == "segment":
            found = Node("segment", place, where, rule)
        else:
            found = Node("written", place, where, rule)
        found.count = self.counts.get(where)
        return found

    def condition(self, rule: Mapping[str, Any], place: str, where: str, record: Record | None) -> Node:
        """A condition with the choices that its field leaves."""
        found = Node("field", place, where, rule)
        name = rule["field"]
        if record is not None:
            found.fields = [(each, attribute.label) for each, attribute in record.attributes.items()]
            attribute = record.attribute(name)
            found.facet = attribute.facet() if attribute else None
        else:
            found.fields = [(each.name, each.label) for each in FACTS.values()]
            known = FACTS.get(name)
            found.facet = known.facet(rule.get("of") or {}, self.focus) if known else None
            found.parameters = {
                key: self.parameter(key, words) for key, words in (known.parameters if known else {}).items()
            }
        kind = found.facet.kind if found.facet else ""
        possible = operators_of(found.facet) if found.facet else []
        drawn = [each for each in possible if VALUE_SET not in each.takes.values()]
        found.operators = [(each.name, each.label) for each in drawn]
        operator = OPERATORS.get(str(rule.get("is")))
        found.takes = operator.takes.get(kind, "") if operator else ""
        found.moments = self.moments()
        return found

    def parameter(self, key: str, words: Mapping[str, str]) -> Sequence[Choice]:
        """The values that a parameter can have; attributes of the focus record where it asks for one."""
        if key == "attribute" and self.focus is not None:
            return [(name, attribute.label) for name, attribute in self.focus.attributes.items()]
        return list(words.items())

    def happening(self, rule: Mapping[str, Any], place: str, where: str) -> Node:
        """Something that happened, with the conditions on it."""
        found = Node("happened", place, where, rule)
        found.fields = [(record.name, record.label) for record in RECORDS.values()]
        record = RECORDS.get(rule["happened"])
        found.parts = [
            self.draw(part, f"{place}.where.{number}", f"{where}.where.{number}", record)
            for number, part in enumerate(rule.get("where") or [])
        ]
        found.moments = self.moments()
        return found

    def moments(self) -> Sequence[Choice]:
        """What a moment can start from."""
        base: list[Choice] = [("now", N_("today")), ("date", N_("a date"))]
        return [*base, ("focus", N_("the record in focus"))] if self.focus is not None else base

    def dates_of_focus(self) -> Sequence[Choice]:
        """The dates of the focus record."""
        attributes = self.focus.attributes.items() if self.focus is not None else ()
        return [(name, each.label) for name, each in attributes if each.kind in (DAY, INSTANT)]


def is_known(rule: Mapping[str, Any], record: Record | None) -> bool:
    """Whether the form has this field and this comparison; what it does not have is shown as text, so it is kept."""
    name = rule["field"]
    known = record.attribute(name) if record is not None and isinstance(name, str) else FACTS.get(str(name))
    if known is None or set(rule) - {"field", "of", "is", "value"} or not is_plain(rule.get("value")):
        return False
    operator = OPERATORS.get(str(rule.get("is")))
    return rule.get("is") in ("", None) or (operator is not None and VALUE_SET not in operator.takes.values())


def is_plain(value: Any) -> bool:
    """Whether the form has controls for a value: it has none for numbers with units, and for some moments."""
    if isinstance(value, list):
        return all(is_plain(each) for each in value)
    return not isinstance(value, dict) or not value.keys() & {"unit", "field", "record"}


def drawable(rule: Mapping[str, Any]) -> bool:
    """Whether the form can draw this: one count, and a window of one unit or of two moments, and nothing else."""
    if set(rule) - {"happened", "where", "count", "window"}:
        return False
    count = rule.get("count", {"at_least": 1})
    window = rule.get("window", {})
    simple = all(isinstance(each, dict) and len(each) <= 1 for each in (count, window))
    spans = [window[kind] for kind in ("last", "next") if simple and kind in window]
    return (
        isinstance(rule["happened"], str)
        and simple
        and all(isinstance(span, dict) and len(span) == 1 for span in spans)
        and is_plain(window.get("between"))
        and not set(window) - {"last", "next", "between"}
    )


def root(
    rule: Any,
    problems: Iterable[Problem] = (),
    counts: Mapping[str, int] | None = None,
    focus: str | None = None,
    where: str = "rule",
    place: str = "rule",
) -> Node:
    """The whole rule as nodes; each problem stands at the deepest node that its place lies in.

    `where` is the rule's place in what was judged: `rule` of a segment, `steps.ask.config.branches.0.rule` of a step;
    `place` the start of its controls' names.
    """
    top = Artist(focus, counts or {}).draw(rule, place, where)
    place_problems(top, problems)
    return top


def conditions(record: str, where: list[Any], place: str, problems: Iterable[Problem] = ()) -> Node:
    """The conditions on a record as one group, for a focus."""
    artist = Artist(None, {})
    top = Node("group", place, f"{place}.where", {"all": where}, of_record=True)
    top.parts = [
        artist.draw(part, f"{place}.{number}", f"{place}.where.{number}", RECORDS.get(record))
        for number, part in enumerate(where)
    ]
    place_problems(top, problems)
    return top


def place_problems(top: Node, problems: Iterable[Problem]) -> None:
    """Put each problem to its node; those that lie elsewhere are left to the form."""
    for problem in problems:
        if problem.where == top.where or problem.where.startswith(f"{top.where}."):
            deepest(top, problem.where).problems.append(problem)


def deepest(node: Node, where: str) -> Node:
    """The innermost node at a place."""
    for part in node.parts:
        if where == part.where or where.startswith(f"{part.where}."):
            return deepest(part, where)
    return node


def record_labels() -> list[Choice]:
    """Every kind of record with its label."""
    return [(record.name, record.label) for record in RECORDS.values()]
