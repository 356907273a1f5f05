"""Runs every check over a rule: what makes no sense in it although it is valid."""

from __future__ import annotations

from journeys.criteria.checks import CHECKS
from journeys.criteria.checks.base import Looked
from journeys.criteria.fields import RECORDS
from journeys.criteria.known import NOTHING_KNOWN, Known
from journeys.criteria.reasoning.reading import Reading
from journeys.criteria.shapes import Rule
from journeys.foundation.errors import Problem


def findings(rule: Rule, where: str, known: Known = NOTHING_KNOWN, focus: str | None = None) -> list[Problem]:
    """All errors and warnings of the checks, errors first; the rule must be valid (`check.problems` found nothing)."""
    reading = Reading(known, RECORDS.get(focus or ""))
    found = [problem for check in CHECKS.values() for problem in check().look(Looked(rule, where, reading))]
    return sorted(found, key=lambda problem: problem.severity != "error")
