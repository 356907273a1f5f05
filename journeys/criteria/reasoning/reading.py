"""Reads a valid rule into a formula: what it takes for it to hold, or to be known not to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from journeys.criteria.fields import RECORDS
from journeys.criteria.fields.base import Record
from journeys.criteria.kinds import CODE, DAY, INSTANT, NUMBER, YES_NO
from journeys.criteria.known import Known
from journeys.criteria.reasoning.edges import BESIDE, NOW, Edge, day_of
from journeys.criteria.reasoning.edges import INSTANT as THIS_INSTANT
from journeys.criteria.reasoning.facts import Key, Stretch, Values
from journeys.criteria.reasoning.records import (
    SELECTORS,
    All,
    Count,
    Formula,
    Opaque,
    Some,
    also_of,
    other_of,
    ranges_of,
    selector_of,
    text_of,
)
from journeys.criteria.shapes import Rule, shape_of

Test = Callable[[Any, Any], bool]

TESTS: Mapping[str, Test] = {
    "is": lambda value, wanted: value == wanted,
    "is_not": lambda value, wanted: value != wanted,
    "one_of": lambda value, wanted: value in wanted,
    "none_of": lambda value, wanted: value not in wanted,
    "at_least": lambda value, wanted: value >= wanted,
    "at_most": lambda value, wanted: value <= wanted,
    "less_than": lambda value, wanted: value < wanted,
    "more_than": lambda value, wanted: value > wanted,
    "between": lambda value, wanted: wanted[0] <= value <= wanted[1],
    "true": lambda value, wanted: value is True,
    "false": lambda value, wanted: value is not True,
}
"""How values that are known compare; an operator that is not here is not looked into."""

DATES = ("before", "after", "between", "within_last", "within_next")
WINDOW_IS = {"last": "within_last", "next": "within_next", "between": "between"}


@dataclass(frozen=True)
class Reading:
    """Reads rules that may name what is `known`; `record` is set inside the conditions on a record."""

    known: Known
    focus: Record | None = None
    record: Record | None = None

    def formula(self, rule: Rule, *, holds: bool = True) -> Formula:
        """What it takes for a rule to hold, or to be known not to."""
        shape = shape_of(rule)
        if shape == "all" or shape == "any":
            parts = tuple(self.formula(part, holds=holds) for part in rule[shape])
            return grouped(parts, is_all=(shape == "all") == holds)
        if shape == "none":
            parts = tuple(self.formula(part, holds=not holds) for part in rule["none"])
            return grouped(parts, is_all=holds)
        if shape == "segment":
            return self.formula(self.known.segments[rule["segment"]], holds=holds)
        if shape == "happened":
            return self.happened(rule, holds=holds)
        return self.fact(rule, holds=holds)

    def happened(self, rule: Rule, *, holds: bool) -> Formula:
        """How many records there are; on how many days is not looked into."""
        if "days" in rule:
            return Opaque(text_of(rule), holds)
        ranges = ranges_of(rule.get("count", {"at_least": 1}), holds=holds)
        wanted = self.wanted(rule)
        more = (selector_of(rule), also_of(rule), other_of(rule))
        counts = tuple(Count(rule["happened"], wanted, low, high, *more) for low, high in ranges)
        return counts[0] if len(counts) == 1 else Some(counts)

    def wanted(self, rule: Rule) -> Formula:
        """What every record that is counted surely is."""
        record = RECORDS[rule["happened"]]
        inside = Reading(self.known, self.focus, record)
        picked = [part for key in SELECTORS for part in rule.get(key, [])]
        parts = [inside.formula(part) for part in (*rule.get("where", []), *picked)]
        if rule.get("window"):
            parts.append(self.window(rule))
        return All(tuple(parts))

    def window(self, rule: Rule) -> Formula:
        """When every record that is counted surely is."""
        record = RECORDS[rule["happened"]]
        window = rule["window"]
        if not window.keys() <= WINDOW_IS.keys():
            return Opaque(text_of(window), holds=True)
        [(way, wanted)] = window.items()
        key = Reading(self.known, self.focus, record).key(record.when, {})
        return between_dates(key, record.attributes[record.when].kind, WINDOW_IS[way], wanted)

    def fact(self, rule: Rule, *, holds: bool) -> Formula:
        """Which values a fact may have."""
        key, kind = self.key_and_kind(rule)
        found = comparison(rule, key, kind, holds=holds)
        if "unknown" not in rule or rule["is"] in {"known", "unknown"}:
            return found
        if isinstance(found, Opaque) or names_other_dates(rule.get("value")):
            return Opaque(text_of(rule), holds)
        return Some((found, nothing_known(key, kind))) if holds else found

    def key_and_kind(self, rule: Rule) -> tuple[Key, str]:
        """Which fact a condition is about, and of what kind it is."""
        name = rule["field"]
        of = rule.get("of", {})
        if self.record is not None:
            attribute = self.known.attribute(self.record, name)
            kind = "" if attribute is None else attribute.kind
            return self.key(self.record.when if name == "date" else name, {}), kind
        field = self.known.fact(name)
        kind = "" if field is None else field.facet(of, self.focus).kind
        return self.key(name, of), kind

    def key(self, name: str, of: Mapping[str, Any]) -> Key:
        """What tells one fact from another."""
        return ("patient" if self.record is None else self.record.name, name, text_of(of))


def grouped(parts: tuple[Formula, ...], *, is_all: bool) -> Formula:
    """Several formulas as one; a single one is itself."""
    if len(parts) == 1:
        return parts[0]
    return All(parts) if is_all else Some(parts)


def comparison(rule: Rule, key: Key, kind: str, *, holds: bool) -> Formula:
    """What one comparison says of a fact."""
    operator, wanted = rule["is"], rule.get("value")
    if operator in {"known", "unknown"} and kind:
        is_known = (operator == "known") == holds
        return anything_known(key, kind) if is_known else nothing_known(key, kind)
    if kind in {DAY, INSTANT} and operator in DATES:
        if holds:
            return between_dates(key, kind, operator, wanted)
        return beside_dates(key, kind, operator, wanted)
    if kind in {NUMBER, CODE, YES_NO} and operator in TESTS and not names_unit(wanted):
        return values(key, kind, operator, wanted, holds=holds)
    if operator == "not_in_value_set":
        return Opaque(text_of({**rule, "is": "in_value_set"}), not holds)
    return Opaque(text_of(rule), holds)


def values(key: Key, kind: str, operator: str, wanted: Any, *, holds: bool) -> Values:
    """A number, code or yes-no that compares so, or is known not to."""
    constants = tuple(wanted) if isinstance(wanted, list) else () if wanted is None else (wanted,)
    if operator in {"one_of", "none_of"}:
        wanted = frozenset(wanted)
    if kind == YES_NO:
        constants = (True, False)
    test = TESTS[operator]
    return Values(key, lambda value: test(value, wanted) == holds, constants, is_number=kind == NUMBER)


def anything_known(key: Key, kind: str) -> Formula:
    """That a fact is known."""
    return Stretch(key) if kind in {DAY, INSTANT} else Values(key, lambda _value: True, is_number=kind == NUMBER)


def nothing_known(key: Key, kind: str) -> Formula:
    """That a fact is unknown."""
    if kind in {DAY, INSTANT}:
        return Stretch(key, known=False, unknown=True)
    return Values(key, lambda _value: False, unknown=True, is_number=kind == NUMBER)


def between_dates(key: Key, kind: str, operator: str, wanted: Any) -> Stretch:
    """A date that compares so."""
    lower, upper = edges_of(kind, operator, wanted)
    return Stretch(key, lower, upper)


def beside_dates(key: Key, kind: str, operator: str, wanted: Any) -> Formula:
    """A date that is known not to compare so: it lies below the lower edge or above the upper one."""
    lower, upper = edges_of(kind, operator, wanted)
    sides = []
    if lower is not None:
        sides.append(Stretch(key, None, opposite(lower)))
    if upper is not None:
        sides.append(Stretch(key, opposite(upper), None))
    return sides[0] if len(sides) == 1 else Some(tuple(sides))


def opposite(edge: Edge) -> Edge:
    """The same edge seen from its other side: this very instant belongs to one of the two only."""
    if not edge.is_instant:
        return edge
    return THIS_INSTANT if edge.without else BESIDE


def edges_of(kind: str, operator: str, wanted: Any) -> tuple[Edge | None, Edge | None]:
    """Between which edges a date lies that compares so."""
    if operator == "before":
        return None, BESIDE if is_now(wanted, kind) else Edge(day_of(wanted))
    if operator == "after":
        return BESIDE if is_now(wanted, kind) else Edge(day_of(wanted).later(1)), None
    if operator == "within_last":
        wanted = [{NOW: True, "plus": {unit: -number for unit, number in wanted.items()}}, {NOW: True}]
    if operator == "within_next":
        wanted = [{NOW: True}, {NOW: True, "plus": wanted}]
    first, last = wanted
    lower = THIS_INSTANT if is_now(first, kind) else Edge(day_of(first))
    upper = THIS_INSTANT if is_now(last, kind) else Edge(day_of(last).later(1))
    return lower, upper


def names_unit(wanted: Any) -> bool:
    """Whether a number has a unit: what it is in the unit of each record is not looked into."""
    return isinstance(wanted, dict) or (isinstance(wanted, list) and any(isinstance(each, dict) for each in wanted))


def names_other_dates(wanted: Any) -> bool:
    """Whether a moment is a date that may be unknown itself: of the patient, or of a record."""
    if isinstance(wanted, list):
        return any(names_other_dates(each) for each in wanted)
    return isinstance(wanted, dict) and bool(wanted.keys() & {"focus", "field", "record"})


def is_now(moment: Mapping[str, Any], kind: str) -> bool:
    """Whether a moment means this very instant."""
    return kind == INSTANT and NOW in moment and "plus" not in moment
