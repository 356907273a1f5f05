"""The rules inside a journey make sense, not only the segments it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from journeys.criteria.check import problems as rule_problems
from journeys.criteria.findings import findings
from journeys.flow.checks.base import Check
from journeys.flow.proving.ways import way_to
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.flow.text.shapes import key_of
from journeys.foundation.errors import Problem

Place = tuple[str, Mapping[str, Any]]


class RulesMakeSense(Check):
    """What the checks of segments say of a rule, they say of rules of entry, endings, branches and waits too.

    A rule that nobody can ever fit bars publishing.
    """

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """Every rule that is one; the way of a step's rule leads to the step."""
        for where, rule in places(head, nodes):
            if rule_problems(rule, where, catalogue.known, catalogue.focus):
                continue
            for each in findings(dict(rule), where, catalogue.known, catalogue.focus):
                path = way_to(nodes, head.start, [where.split(".")[1]]) if where.startswith("steps.") else ()
                yield Problem(each.where, each.says, each.data, each.severity, path)


def places(head: Head, nodes: Mapping[str, Node]) -> Iterator[Place]:
    """(place, rule) of every rule."""
    if head.entry.rule is not None:
        yield "entry.rule", head.entry.rule
    for list_name, endings in (("goals", head.goals), ("exits", head.exits)):
        for position, ending in enumerate(endings):
            if ending.rule is not None:
                yield f"{list_name}.{position}.rule", ending.rule
    for node in nodes.values():
        yield from rules_within(node.step, f"steps.{node.id}.config")


def rules_within(value: object, where: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(place, rule) of every setting of a step, at any depth, that is filled in as a rule."""
    if isinstance(value, tuple):
        for number, each in enumerate(value):
            yield from rules_within(each, f"{where}.{number}")
    if not is_dataclass(value):
        return
    for each in fields(value):
        inner = getattr(value, each.name)
        if each.metadata.get("editor_for") == "rule":
            if isinstance(inner, Mapping):
                yield f"{where}.{key_of(each)}", inner
        else:
            yield from rules_within(inner, f"{where}.{key_of(each)}")
