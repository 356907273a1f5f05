"""No way of a branch is closed by what a step right before it has written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from journeys.criteria.check import problems as rule_problems
from journeys.criteria.fields import RECORDS
from journeys.criteria.reasoning.judging import Judge
from journeys.criteria.reasoning.reading import Reading
from journeys.criteria.reasoning.records import All
from journeys.criteria.shapes import Rule
from journeys.flow.checks.base import Check
from journeys.flow.proving.ways import joined, way_to
from journeys.flow.steps.branch import Branch
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem, Stride
from journeys.foundation.words import N_

NOBODY = N_("Nobody goes this way: what is written right before decides otherwise")
NOBODY_ELSE = N_("Nobody goes otherwise: what is written right before lets everybody go an earlier way")

Facts = Mapping[str, Rule]
"""Name of a field → the rule that holds of it."""

Nodes = Mapping[str, Node]


class BranchIsDecided(Check):
    """A branch after an update knows the value. It warns: in the moment between somebody may write another one."""

    def look(self, head: Head, nodes: Nodes, written: frozenset[str], catalogue: Catalogue) -> Iterable[Problem]:
        """Each way of each branch; the path leads over a step that writes."""
        reading = Reading(catalogue.known, RECORDS.get(head.focus or ""))
        known = {node.id: node.step.makes_true(catalogue.known) for node in nodes.values()}
        for step_id, facts in known_at(head.start, nodes, known).items():
            step = nodes[step_id].step
            if not isinstance(step, Branch):
                continue
            rules = [rule for rule in facts.values() if is_sound(rule, catalogue)]
            if rules and all(is_sound(arm.rule, catalogue) for arm in step.branches):
                path = path_to(head.start, nodes, known, facts, step_id)
                for place, says in closed(step, rules, reading):
                    yield Problem(f"steps.{step_id}.config.{place}", says, severity="warning", path=path)


def known_at(start: str, nodes: Nodes, known: Mapping[str, Facts]) -> dict[str, Facts]:
    """What surely holds where one comes to each step: written on every way, and no time has passed since."""
    found: dict[str, Facts] = {start: {}} if start in nodes else {}
    waiting = list(found)
    while waiting:
        node = nodes[waiting.pop()]
        takes_time = node.step.rests or node.step.stays
        after = {} if takes_time else {**found[node.id], **known[node.id]}
        for target in dict.fromkeys(node.next.values()):
            if target not in nodes:
                continue
            both = after if target not in found else common(found[target], after)
            if both != found.get(target):
                found[target] = both
                waiting.append(target)
    return found


def common(first: Facts, second: Facts) -> Facts:
    """What both say."""
    return {name: rule for name, rule in first.items() if second.get(name) == rule}


def is_sound(rule: Rule, catalogue: Catalogue) -> bool:
    """Whether a rule can be read at all."""
    return not rule_problems(rule, "", catalogue.known, catalogue.focus)


def closed(step: Branch, rules: Iterable[Rule], reading: Reading) -> Iterator[tuple[str, str]]:
    """(place, what is wrong) of each way that nobody goes by whom these rules hold."""
    judge = Judge()
    given = [reading.formula(rule) for rule in rules]
    is_decided = False
    for number, arm in enumerate(step.branches):
        wanted = reading.formula(arm.rule)
        if is_decided or judge.never(*given, wanted):
            yield f"branches.{number}.rule", NOBODY
        is_decided = is_decided or judge.follows(All(tuple(given)), wanted)
    if is_decided:
        yield "branches", NOBODY_ELSE


def path_to(start: str, nodes: Nodes, known: Mapping[str, Facts], facts: Facts, step_id: str) -> tuple[Stride, ...]:
    """The quickest way to a step that writes one of the facts, and on to the branch."""
    writers = [writer for writer, made in known.items() if any(facts.get(name) == made[name] for name in made)]
    first = way_to(nodes, start, writers)
    return joined(first, way_to(nodes, first[-1].step, [step_id])) if first else ()
