"""Runs every check over a rule, or over what a segment asks of its records: what is valid and makes no sense."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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


def focus_findings(focus: Mapping[str, Any] | None, known: Known = NOTHING_KNOWN) -> list[Problem]:
    """What the checks say of the conditions on the records that a segment is about; its `focus` must be valid."""
    if not focus or not focus.get("where"):
        return []
    return findings({"happened": focus["kind"], "where": focus["where"]}, "focus", known)
