"""Finds everything that is wrong in a rule, each with its dotted place. Never raises, whatever it is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from journeys.criteria.cycles import segment_problems
from journeys.criteria.fields import RECORDS
from journeys.criteria.fields.base import Field, Record
from journeys.criteria.kinds import Facet
from journeys.criteria.known import NOTHING_KNOWN, Known
from journeys.criteria.operators import OPERATORS, operators_for
from journeys.criteria.operators.base import NOTHING
from journeys.criteria.shapes import COUNTS, GROUPS, MOST_DEPTH, MOST_NODES, SHAPES, WINDOWS
from journeys.criteria.values import Wanted, moments_problems, span_problems, value_problems
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

MOST_COUNT = 1_000


def problems(rule: Any, where: str, known: Known = NOTHING_KNOWN, focus: str | None = None) -> list[Problem]:
    """All problems of a rule, in reading order; empty when it can be compiled.

    `known` is what it may refer to (while a segment is published: with its own new rule, so that a circle is found).
    `focus` is the kind of record that the journey is about, None when there is none.
    """
    found = list(Checker(known, RECORDS.get(focus or "")).rule(rule, where, 1))
    return found or list(segment_problems(rule, where, known.segments))


@dataclass
class Checker:
    """Walks a rule; counts its nodes. `record` is set while inside the `where` of something that happened."""

    known: Known
    focus: Record | None
    record: Record | None = None
    nodes: int = 0

    def rule(self, rule: Any, where: str, depth: int) -> Iterator[Problem]:
        """Problems of a group or a condition."""
        self.nodes += 1
        if self.nodes == MOST_NODES + 1:
            yield Problem(where, N_("The rule has more than %(most)s groups and conditions"), {"most": MOST_NODES})
        if self.nodes > MOST_NODES:
            return
        if depth > MOST_DEPTH:
            yield Problem(where, N_("The rule is nested deeper than %(most)s levels"), {"most": MOST_DEPTH})
            return
        shapes = [shape for shape in SHAPES if shape in rule] if isinstance(rule, dict) else []
        if len(shapes) != 1:
            choices = {"choices": ", ".join(SHAPES)}
            yield Problem(where, N_("A rule needs exactly one of: %(choices)s"), choices)
        elif shapes[0] in GROUPS:
            yield from unknown_keys(rule, where, shapes)
            yield from self.parts(rule[shapes[0]], f"{where}.{shapes[0]}", depth)
        elif shapes[0] == "field":
            yield from self.fact(rule, where)
        elif self.record is not None:
            yield Problem(f"{where}.{shapes[0]}", N_("Only conditions on the record itself are possible here"))
        elif shapes[0] == "happened":
            yield from self.happened(rule, where, depth)
        else:
            yield from unknown_keys(rule, where, ["segment"])
            if not isinstance(rule["segment"], str):
                yield Problem(f"{where}.segment", N_("Write the name of a segment"))

    def parts(self, parts: Any, where: str, depth: int) -> Iterator[Problem]:
        """Problems of the rules in a group."""
        if not isinstance(parts, list) or not parts:
            yield Problem(where, N_("Write a list with at least one rule"))
            return
        for place, part in enumerate(parts):
            yield from self.rule(part, f"{where}.{place}", depth + 1)

    def fact(self, rule: Mapping[str, Any], where: str) -> Iterator[Problem]:
        """Problems of a condition on a fact of the patient or an attribute of the record."""
        yield from unknown_keys(
            rule, where, ["field", "is", "value"] if self.record else ["field", "of", "is", "value"]
        )
        name = rule["field"]
        if self.record is not None:
            facet = self.attribute(name)
            choices = list(self.known.attributes(self.record))
        else:
            field = self.known.fact(name)
            found = [] if field is None else list(self.parameters(field, rule.get("of", {}), f"{where}.of"))
            yield from found
            if found:
                return
            facet = None if field is None else field.facet(rule.get("of", {}), self.focus)
            choices = list(self.known.facts())
        if facet is None:
            data = {"field": str(name), "choices": ", ".join(choices)}
            yield Problem(f"{where}.field", N_("There is no field %(field)s here; possible are: %(choices)s"), data)
            return
        yield from self.comparison(rule, where, facet)

    def attribute(self, name: Any) -> Facet | None:
        """What an attribute of the record is, None when it has none of this name."""
        attribute = None if self.record is None else self.known.attribute(self.record, name)
        return None if attribute is None else attribute.facet()

    def parameters(self, field: Field, of: Any, where: str) -> Iterator[Problem]:
        """Problems of what `of` says."""
        if not isinstance(of, dict):
            yield Problem(where, N_("Write names with their values"))
            return
        yield from unknown_keys(of, where, list(field.parameters))
        for name, words in field.parameters.items():
            place = f"{where}.{name}"
            value = of.get(name)
            if not isinstance(value, str) or not value:
                yield Problem(place, N_("The field %(field)s needs %(name)s"), {"field": field.name, "name": name})
            elif words and value not in words:
                data = {"value": value, "choices": ", ".join(words)}
                yield Problem(place, N_("%(value)s is not possible here; possible are: %(choices)s"), data)
        if field.name == "focus" and isinstance(of.get("attribute"), str):
            yield from self.focus_attribute(of["attribute"], f"{where}.attribute")

    def focus_attribute(self, name: str, where: str) -> Iterator[Problem]:
        """Problems of naming an attribute of the focus record."""
        if self.focus is None:
            yield Problem(where, N_("There is no record in focus here"))
        elif self.known.attribute(self.focus, name) is None:
            data = {"record": self.focus.name, "choices": ", ".join(["date", *self.known.attributes(self.focus)])}
            yield Problem(where, N_("The record %(record)s has no such attribute; possible are: %(choices)s"), data)

    def comparison(self, rule: Mapping[str, Any], where: str, facet: Facet) -> Iterator[Problem]:
        """Problems of operator and value."""
        name = rule.get("is")
        if isinstance(name, bool):
            yield Problem(
                f"{where}.is", N_('Write "true" or "false" in quotation marks: it is the name of a comparison')
            )
            return
        operator = OPERATORS.get(name) if isinstance(name, str) else None
        if operator is None or facet.kind not in operator.takes:
            choices = ", ".join(each.name for each in operators_for(facet.kind))
            data = {"operator": str(name), "choices": choices}
            yield Problem(
                f"{where}.is", N_("%(operator)s is no comparison for this field; possible are: %(choices)s"), data
            )
            return
        shape = operator.takes[facet.kind]
        if shape == NOTHING:
            if "value" in rule:
                yield Problem(f"{where}.value", N_("This comparison takes no value"))
        elif "value" not in rule:
            yield Problem(f"{where}.value", N_("This comparison needs a value"))
        else:
            yield from value_problems(Wanted(rule["value"], f"{where}.value", facet, self.focus), shape)

    def happened(self, rule: Mapping[str, Any], where: str, depth: int) -> Iterator[Problem]:
        """Problems of a condition on something that happened."""
        yield from unknown_keys(rule, where, ["happened", "where", "count", "window"])
        name = rule["happened"]
        record = RECORDS.get(name) if isinstance(name, str) else None
        if record is None:
            data = {"record": str(name), "choices": ", ".join(RECORDS)}
            yield Problem(f"{where}.happened", N_("There is no record %(record)s; possible are: %(choices)s"), data)
        elif "where" in rule:
            yield from self.conditions(record, rule["where"], f"{where}.where", depth)
        if "count" in rule:
            yield from count_problems(rule["count"], f"{where}.count")
        if "window" in rule:
            yield from window_problems(rule["window"], f"{where}.window", self.focus)

    def conditions(self, record: Record, where_part: Any, where: str, depth: int) -> Iterator[Problem]:
        """Problems of the conditions on a record; an empty list is every record."""
        if where_part == []:
            return
        self.record = record
        yield from self.parts(where_part, where, depth)
        self.record = None


def where_problems(kind: Any, conditions: Any, where: str, known: Known = NOTHING_KNOWN) -> Iterator[Problem]:
    """Problems of a kind of record and the conditions on it, as a segment's `focus` has them."""
    record = RECORDS.get(kind) if isinstance(kind, str) else None
    if record is None:
        data = {"record": str(kind), "choices": ", ".join(RECORDS)}
        yield Problem(f"{where}.kind", N_("There is no record %(record)s; possible are: %(choices)s"), data)
    else:
        yield from Checker(known, None).conditions(record, conditions, f"{where}.where", 1)


def unknown_keys(rule: Mapping[str, Any], where: str, known: list[str]) -> Iterator[Problem]:
    """A misspelt key must not pass silently."""
    for key in rule:
        if key not in known:
            data = {"key": str(key), "choices": ", ".join(known)}
            place = f"{where}.{key}" if where else str(key)
            yield Problem(place, N_("%(key)s is not known here; possible are: %(choices)s"), data)


def count_problems(count: Any, where: str) -> Iterator[Problem]:
    """Exactly one way of counting, with a whole number."""
    if not isinstance(count, dict) or len(count) != 1 or not count.keys() <= set(COUNTS):
        yield Problem(where, N_("Write exactly one of: %(choices)s"), {"choices": ", ".join(COUNTS)})
        return
    [(key, number)] = count.items()
    least = 1 if key == "at_least" else 0
    if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= MOST_COUNT:
        data = {"least": least, "most": MOST_COUNT}
        yield Problem(f"{where}.{key}", N_("Write a whole number between %(least)s and %(most)s"), data)


def window_problems(window: Any, where: str, focus: Record | None) -> Iterator[Problem]:
    """Exactly one window: a span back, a span ahead, or two moments."""
    if not isinstance(window, dict) or len(window) != 1 or not window.keys() <= set(WINDOWS):
        yield Problem(where, N_("Write exactly one of: %(choices)s"), {"choices": ", ".join(WINDOWS)})
    elif "between" in window:
        yield from moments_problems(window["between"], f"{where}.between", focus)
    else:
        [(key, span)] = window.items()
        yield from span_problems(span, f"{where}.{key}", negative=False)
