"""Reads the posted form of the rule editor back into a rule.

Controls are named by the place of their node: `rule.0.1.field` is the field of the second part of the first part. The
`shape` of a node says how to read the rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from journeys.criteria.fields import FACTS, RECORDS
from journeys.criteria.fields.base import Record
from journeys.criteria.kinds import NUMBER
from journeys.criteria.operators import OPERATORS
from journeys.criteria.operators.base import MOMENT, SPAN, TWO_MOMENTS, TWO_NUMBERS, VALUE, VALUES

ROOT = "rule"
Typed = Mapping[str, str]
"""Every control by name, with several values of one name joined by commas."""


def typed_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The controls of a posted form by name; several values of one name are joined."""
    typed: dict[str, str] = {}
    for name, value in pairs:
        typed[name] = f"{typed[name]}, {value}" if name in typed else value
    return typed


def rule_of(typed: Typed, focus: str | None = None, root: str = ROOT) -> Any:
    """The rule that the form holds; `focus` is the kind of record that the segment or journey is about."""
    return node(typed, root, Facets(RECORDS.get(focus or "")))


def where_of(typed: Typed, record: str, root: str) -> list[Any]:
    """The conditions on a record that a second editor on the page holds, drawn as one group."""
    rule = node(typed, root, Facets(None).inside(record))
    return rule["all"] if isinstance(rule, dict) and set(rule) == {"all"} else [rule]


class Facets:
    """Knows what kind of value a field has: of the patient, or of a record while inside its conditions."""

    def __init__(self, focus: Record | None, record: Record | None = None) -> None:
        self.focus = focus
        self.record = record

    def kind_of(self, name: str, of: Mapping[str, str]) -> str:
        """The kind of a field; text for an unknown one, so that it is kept."""
        if self.record is not None:
            attribute = self.record.attribute(name)
            return attribute.kind if attribute else ""
        field = FACTS.get(name)
        return field.facet(of, self.focus).kind if field else ""

    def inside(self, record: str) -> Facets:
        """The same for the conditions on a record."""
        return Facets(self.focus, RECORDS.get(record))


def node(typed: Typed, place: str, facets: Facets) -> Any:
    """One node of the form."""
    shape = typed.get(f"{place}.shape", "group")
    if shape == "written":
        return written(typed.get(f"{place}.json", ""))
    if shape == "field":
        return condition(typed, place, facets)
    if shape == "happened":
        return happening(typed, place, facets)
    if shape == "segment":
        return {"segment": typed.get(f"{place}.segment", "")}
    combine = typed.get(f"{place}.combine", "all")
    return {combine: [node(typed, part, facets) for part in parts(typed, place)]}


def parts(typed: Typed, place: str) -> list[str]:
    """The places of the nodes right inside a node, in order."""
    inside = re.compile(re.escape(place) + r"\.(\d+)\.")
    numbers = {int(found[1]) for name in typed if (found := inside.match(name))}
    return [f"{place}.{number}" for number in sorted(numbers)]


def written(text: str) -> Any:
    """A rule as text; what is no JSON stays text, and the engine says so."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def condition(typed: Typed, place: str, facets: Facets) -> dict[str, Any]:
    """A condition on a fact or an attribute."""
    name = typed.get(f"{place}.field", "")
    of = parameters(typed, f"{place}.of.", name) if facets.record is None else {}
    rule: dict[str, Any] = {"field": name}
    if of:
        rule["of"] = of
    rule["is"] = typed.get(f"{place}.is", "")
    kind = facets.kind_of(name, of)
    operator = OPERATORS.get(rule["is"])
    shape = operator.takes.get(kind) if operator else None
    value = value_of(typed, f"{place}.value", shape, kind)
    if value is not None:
        rule["value"] = value
    return rule


def parameters(typed: Typed, start: str, name: str) -> dict[str, str]:
    """What `of` says: the parameters that this field has."""
    field = FACTS.get(name)
    names = field.parameters if field else {}
    return {parameter: typed.get(f"{start}{parameter}", "") for parameter in names}


def value_of(typed: Typed, place: str, shape: str | None, kind: str) -> Any:
    """The value of a condition in the shape that its operator takes; None where it takes nothing."""
    text = typed.get(place, "").strip()
    if shape == VALUE:
        return plain(text, kind)
    if shape == VALUES:
        return [plain(part.strip(), kind) for part in text.split(",") if part.strip()]
    if shape == TWO_NUMBERS:
        return [plain(typed.get(f"{place}.{number}", "").strip(), NUMBER) for number in (0, 1)]
    if shape == MOMENT:
        return moment(typed, place)
    if shape == TWO_MOMENTS:
        return [moment(typed, f"{place}.{number}") for number in (0, 1)]
    if shape == SPAN:
        return span(typed, place)
    return None


def plain(text: str, kind: str) -> Any:
    """A number where a number is meant and one was written, else the text."""
    if kind != NUMBER:
        return text
    return number_of(text)


def number_of(text: str) -> Any:
    """A whole number, a number, or the text as it was typed."""
    for read in (int, float):
        try:
            return read(text.replace(",", "."))
        except ValueError:
            continue
    return text


def span(typed: Typed, place: str) -> dict[str, Any]:
    """An amount and a unit."""
    return {typed.get(f"{place}.unit", "days"): number_of(typed.get(f"{place}.amount", "").strip())}


def moment(typed: Typed, place: str) -> dict[str, Any]:
    """Now, a date, or a date of the focus record; and perhaps some time before or after."""
    base = typed.get(f"{place}.base", "now")
    found: dict[str, Any] = {base: True if base == "now" else typed.get(f"{place}.{base}", "")}
    amount = typed.get(f"{place}.plus.amount", "").strip()
    if amount not in ("", "0"):
        number = number_of(amount)
        if typed.get(f"{place}.plus.side") == "before" and not isinstance(number, str):
            number = -number
        found["plus"] = {typed.get(f"{place}.plus.unit", "days"): number}
    return found


def happening(typed: Typed, place: str, facets: Facets) -> dict[str, Any]:
    """Something that happened: what, with which attributes, how often, when."""
    record = typed.get(f"{place}.happened", "")
    rule: dict[str, Any] = {"happened": record}
    inside = facets.inside(record)
    where = [node(typed, part, inside) for part in parts(typed, f"{place}.where")]
    if where:
        rule["where"] = where
    rule["count"] = {typed.get(f"{place}.count.kind", "at_least"): number_of(typed.get(f"{place}.count.number", "1"))}
    window = typed.get(f"{place}.window.kind", "")
    if window in ("last", "next"):
        rule["window"] = {window: span(typed, f"{place}.window")}
    elif window == "between":
        rule["window"] = {"between": [moment(typed, f"{place}.window.{number}") for number in (0, 1)]}
    return rule
