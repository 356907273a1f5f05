"""Finds everything that is wrong in a rule, each with its dotted place. Never raises, whatever it is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from journeys.criteria.cycles import segment_problems
from journeys.criteria.fields import RECORDS
from journeys.criteria.fields.base import Field, Record
from journeys.criteria.kinds import Facet
from journeys.criteria.known import NOTHING_KNOWN, Known
from journeys.criteria.linked import LINKS
from journeys.criteria.moments import MOST_UNITS, Scope, date_problems, moments_problems, span_problems
from journeys.criteria.operators import OPERATORS, operators_of
from journeys.criteria.operators.base import NOTHING
from journeys.criteria.shapes import (
    COUNTED,
    COUNTS,
    GROUPS,
    MOST_DEPTH,
    MOST_NODES,
    OF_STRETCHES,
    PICKS,
    SHAPES,
    WINDOWS,
    WINDOWS_BESIDE,
)
from journeys.criteria.size import size_problems
from journeys.criteria.values import Wanted, value_problems
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

MOST_COUNT = 1_000
MOST_SHOWN = 100
"""How many characters of what was written are shown in a problem."""


def problems(rule: Any, where: str, known: Known = NOTHING_KNOWN, focus: str | None = None) -> list[Problem]:
    """All problems of a rule, in reading order; empty when it can be compiled.

    `known` is what it may refer to (while a segment is published: with its own new rule, so that a circle is found).
    `focus` is the kind of record that the journey is about, None when there is none.
    """
    found = list(size_problems(rule, where))
    if not found:
        found = list(Checker(Scope(known, RECORDS.get(focus or ""))).rule(rule, where, 1))
    return found or list(segment_problems(rule, where, known.segments))


@dataclass
class Checker:
    """Walks a rule; counts its nodes. `record` is set while inside the conditions on something that happened, the
    `outer` of the scope while inside its `also`."""

    scope: Scope
    record: Record | None = None
    nodes: int = 0

    @property
    def known(self) -> Known:
        """What the rule may name."""
        return self.scope.known

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
        else:
            yield from self.single(rule, shapes[0], where, depth)

    def single(self, rule: Mapping[str, Any], shape: str, where: str, depth: int) -> Iterator[Problem]:
        """Problems of a condition, where its shape is possible."""
        if self.record is not None and shape != "field":
            yield Problem(f"{where}.{shape}", N_("Only conditions on the record itself are possible here"))
        elif self.record is None and self.scope.outer is not None and shape != "happened":
            yield Problem(f"{where}.{shape}", N_("Only other records of the patient are possible here"))
        elif shape == "field":
            yield from self.fact(rule, where)
        elif shape == "happened":
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
        possible = ["field", "is", "value", "unknown"]
        yield from unknown_keys(rule, where, possible if self.record else [*possible, "of"])
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
            facet = None if field is None else field.facet(rule.get("of", {}), self.scope.focus)
            choices = list(self.known.facts())
        if facet is None:
            data = {"field": shown(name), "choices": ", ".join(choices)}
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
                data = {"value": shown(value), "choices": ", ".join(words)}
                yield Problem(place, N_("%(value)s is not possible here; possible are: %(choices)s"), data)
            elif name in field.dates:
                yield from date_problems(value, place)
        if field.name == "focus" and isinstance(of.get("attribute"), str):
            yield from self.focus_attribute(of["attribute"], f"{where}.attribute")

    def focus_attribute(self, name: str, where: str) -> Iterator[Problem]:
        """Problems of naming an attribute of the focus record."""
        if self.scope.focus is None:
            yield Problem(where, N_("There is no record in focus here"))
        elif self.known.attribute(self.scope.focus, name) is None:
            attributes = ", ".join(["date", *self.known.attributes(self.scope.focus)])
            data = {"record": self.scope.focus.name, "choices": attributes}
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
        if operator is None or not operator.fits(facet):
            choices = ", ".join(each.name for each in operators_of(facet))
            data = {"operator": shown(name), "choices": choices}
            yield Problem(
                f"{where}.is", N_("%(operator)s is no comparison for this field; possible are: %(choices)s"), data
            )
            return
        if "unknown" in rule and (operator.of_unknown is not None or rule["unknown"] != COUNTED):
            yield Problem(f"{where}.unknown", N_("Only counts is possible here, and not beside is recorded"))
        shape = operator.takes[facet.kind]
        if shape == NOTHING:
            if "value" in rule:
                yield Problem(f"{where}.value", N_("This comparison takes no value"))
        elif "value" not in rule:
            yield Problem(f"{where}.value", N_("This comparison needs a value"))
        else:
            yield from value_problems(Wanted(rule["value"], f"{where}.value", facet, self.scope), shape)

    def happened(self, rule: Mapping[str, Any], where: str, depth: int) -> Iterator[Problem]:
        """Problems of a condition on something that happened."""
        yield from unknown_keys(
            rule, where, ["happened", "where", "count", *PICKS, "window", "also", "linked", "not_done", "days"]
        )
        name = rule["happened"]
        record = RECORDS.get(name) if isinstance(name, str) else None
        if record is None:
            data = {"record": shown(name), "choices": ", ".join(RECORDS)}
            yield Problem(f"{where}.happened", N_("There is no record %(record)s; possible are: %(choices)s"), data)
        else:
            yield from self.records(record, rule, where, depth)
        picked = [key for key in ("count", "days", *PICKS) if key in rule]
        if len(picked) > 1:
            data = {"choices": ", ".join(picked)}
            yield Problem(f"{where}.{picked[1]}", N_("Only one of these is possible: %(choices)s"), data)
        if "count" in rule:
            yield from count_problems(rule["count"], f"{where}.count")
        if "days" in rule:
            yield from days_problems(rule["days"], f"{where}.days")
        if "window" in rule:
            yield from window_problems(rule["window"], f"{where}.window", self.scope)
        if "linked" in rule:
            yield from self.link(rule["linked"], f"{where}.linked")
        if "not_done" in rule and rule["not_done"] is not True:
            yield Problem(f"{where}.not_done", N_("Only true is possible here"))

    def link(self, name: Any, where: str) -> Iterator[Problem]:
        """Problems of how a record has to name the one that was found, or be named by it."""
        if self.scope.outer is None:
            yield Problem(where, N_("Only inside also there is a record"))
        elif not isinstance(name, str) or name not in LINKS:
            data = {"value": shown(name), "choices": ", ".join(LINKS)}
            yield Problem(where, N_("%(value)s is not possible here; possible are: %(choices)s"), data)

    def records(self, record: Record, rule: Mapping[str, Any], where: str, depth: int) -> Iterator[Problem]:
        """Problems of the conditions on a record, and of what must be beside it."""
        for key in (*PICKS, "where"):
            if key in rule:
                yield from self.conditions(record, rule[key], f"{where}.{key}", depth)
        if "also" not in rule:
            return
        if self.scope.outer is not None:
            yield Problem(f"{where}.also", N_("Inside also no other also is possible"))
            return
        usual = self.scope
        self.scope = replace(usual, outer=record)
        yield from self.parts(rule["also"], f"{where}.also", depth)
        self.scope = usual

    def conditions(self, record: Record, conditions: Any, where: str, depth: int) -> Iterator[Problem]:
        """Problems of the conditions on a record; an empty list is every record."""
        if conditions == []:
            return
        self.record = record
        yield from self.parts(conditions, where, depth)
        self.record = None


def shown(value: Any) -> str:
    """What was written, short enough for a message."""
    return str(value)[:MOST_SHOWN]


def where_problems(kind: Any, conditions: Any, where: str, known: Known = NOTHING_KNOWN) -> Iterator[Problem]:
    """Problems of a kind of record and the conditions on it, as a segment's `focus` has them."""
    record = RECORDS.get(kind) if isinstance(kind, str) else None
    if record is None:
        data = {"record": shown(kind), "choices": ", ".join(RECORDS)}
        yield Problem(f"{where}.kind", N_("There is no record %(record)s; possible are: %(choices)s"), data)
    else:
        found = list(size_problems(conditions, f"{where}.where"))
        yield from found or Checker(Scope(known)).conditions(record, conditions, f"{where}.where", 1)


def unknown_keys(rule: Mapping[str, Any], where: str, known: list[str]) -> Iterator[Problem]:
    """A misspelt key must not pass silently."""
    for key in rule:
        if key not in known:
            data = {"key": shown(key), "choices": ", ".join(known)}
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


def days_problems(days: Any, where: str) -> Iterator[Problem]:
    """The least number of days."""
    most = MOST_UNITS["days"]
    if not isinstance(days, dict) or set(days) != {"at_least"}:
        yield Problem(where, N_("Write exactly one of: %(choices)s"), {"choices": "at_least"})
    elif (
        not isinstance(days["at_least"], int) or isinstance(days["at_least"], bool) or not 1 <= days["at_least"] <= most
    ):
        data = {"least": 1, "most": most}
        yield Problem(f"{where}.at_least", N_("Write a whole number between %(least)s and %(most)s"), data)


def window_problems(window: Any, where: str, scope: Scope) -> Iterator[Problem]:
    """Exactly one window: a span back or ahead, two moments, or inside `also` a span around the record found."""
    possible = WINDOWS if scope.outer is None else (*WINDOWS, *WINDOWS_BESIDE)
    if not isinstance(window, dict) or len(window) != 1 or not window.keys() <= set(possible):
        yield Problem(where, N_("Write exactly one of: %(choices)s"), {"choices": ", ".join(possible)})
        return
    [(key, wanted)] = window.items()
    if key in ("between", *OF_STRETCHES):
        yield from moments_problems(wanted, f"{where}.{key}", scope)
    else:
        yield from span_problems(wanted, f"{where}.{key}", negative=False)
