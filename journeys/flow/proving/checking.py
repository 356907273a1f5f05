"""Judges a journey whole: its form, each step by itself, and every check over all its paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from journeys.flow.checks import CHECKS
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node, parse
from journeys.flow.words.outline import outline
from journeys.foundation.errors import Problem


def problems_of(content: object, catalogue: Catalogue) -> list[Problem]:
    """Every problem of a journey, in reading order, each once; empty when it can be published."""
    head, nodes, found = parse(content)
    written = steps_written(content)
    if head is not None:
        about = replace(catalogue, focus=head.focus)
        found.extend(step_problems(nodes, about))
        found.extend(check_problems(head, nodes, written, about))
    order = {step_id: number for number, step_id in enumerate(walked(content))}
    unique = dict.fromkeys((problem.where, str(problem)) for problem in found)
    by_key = {(problem.where, str(problem)): problem for problem in found}
    return sorted((by_key[key] for key in unique), key=lambda problem: reading_order(problem, order))


def steps_written(content: object) -> list[str]:
    """The ids of all steps, whole or not."""
    steps = content.get("steps") if isinstance(content, Mapping) else None
    return [str(step_id) for step_id in steps] if isinstance(steps, Mapping) else []


def step_problems(nodes: Mapping[str, Node], catalogue: Catalogue) -> Iterator[Problem]:
    """What each step says of itself."""
    for node in nodes.values():
        yield from node.step.problems(f"steps.{node.id}.config", catalogue)


def check_problems(
    head: Head, nodes: Mapping[str, Node], written: list[str], catalogue: Catalogue
) -> Iterator[Problem]:
    """What every check says."""
    for kind in CHECKS.values():
        yield from kind().look(head, nodes, frozenset(written), catalogue)


def walked(content: object) -> list[str]:
    """The ids of all steps in walking order: the database does not keep the order in which they were written."""
    return [row.step_id for row in outline(content) if not row.is_jump]


def reading_order(problem: Problem, order: Mapping[str, int]) -> tuple[Any, ...]:
    """The head first, then the steps as one walks them; a step's problems stay in the order they were found."""
    parts = problem.where.split(".")
    if parts[0] != "steps" or len(parts) < 2:
        return (0, 0)
    return (1, order.get(parts[1], len(order)))
