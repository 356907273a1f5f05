"""The rules of entry, goals and exits are rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.criteria.check import problems as rule_problems
from journeys.flow.checks.base import Check
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem


class RulesHold(Check):
    """What decides can be decided."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """Rules of steps are judged by the steps themselves."""
        if head.entry.rule is not None:
            yield from rule_problems(head.entry.rule, "entry.rule", catalogue.known, catalogue.focus)
        for list_name, endings in (("goals", head.goals), ("exits", head.exits)):
            for position, ending in enumerate(endings):
                if ending.rule is not None:
                    where = f"{list_name}.{position}.rule"
                    yield from rule_problems(ending.rule, where, catalogue.known, catalogue.focus)
