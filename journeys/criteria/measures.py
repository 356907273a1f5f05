"""Measures as data: named rules whose members are the populations of a measure, for any period.

{"format": 1, "name": {"en": …}, "source": …,
 "value_sets": {slug: {"url": "urn:oid:…", "version": …}},
 "rules": {slug: rule},
 "initial_population": rule, "denominator": rule, "denominator_exclusions": {slug: rule},
 "denominator_exceptions": {slug: rule}, "numerator": rule, "numerator_exclusions": {slug: rule}}

Rules name the days of the period with `{"period": "start"}` and `{"period": "end"}`, and those under `rules` with
`{"segment": slug}`, also across measures that share them. What is left out of a measure's denominator leaves it as a
whole: each population is a part of the one before (HL7 FHIR Clinical Quality Measures, proportion scoring).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import CompoundSelect, Select, except_, intersect, select
from sqlalchemy.orm import Session

from journeys.criteria import check
from journeys.criteria.compile import patients
from journeys.criteria.known import Known
from journeys.criteria.periods import Period, in_period
from journeys.criteria.shapes import Rule
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

FORMAT = 1
ONE = ("initial_population", "denominator", "numerator")
NAMED = ("denominator_exclusions", "denominator_exceptions", "numerator_exclusions")
KEYS = ("format", "name", "source", "value_sets", "rules", *ONE, *NAMED)
NEEDED = ("initial_population", "numerator")

Members = Select[int] | CompoundSelect[int]
"""SELECT of patients' ids."""


@dataclass(frozen=True)
class Measure:
    """A measure for one period: its rules with the days in them, and what they may name."""

    rules: Mapping[str, Any]
    known: Known
    period: Period

    def one(self, key: str) -> Members:
        """Who fits the rule under a key; everybody of a population that says nothing of its own."""
        return patients(self.rules[key], self.period.last_instant(), self.known)

    def any_of(self, key: str) -> Members | None:
        """Who fits one of the named rules under a key; None where there is none."""
        named = list(self.rules.get(key, {}).values())
        return patients({"any": named}, self.period.last_instant(), self.known) if named else None

    def populations(self) -> Mapping[str, Members]:
        """Every population as one SELECT."""
        initial = self.one("initial_population")
        denominator = of_both(self.one("denominator"), initial) if "denominator" in self.rules else initial
        excluded = of_both(self.any_of("denominator_exclusions"), denominator)
        counted = without(denominator, excluded)
        numerator = of_both(self.one("numerator"), counted)
        not_counted = of_both(self.any_of("numerator_exclusions"), numerator)
        exceptions = without(of_both(self.any_of("denominator_exceptions"), counted), numerator)
        return {
            "initial_population": initial,
            "denominator": denominator,
            "denominator_exclusion": excluded,
            "denominator_exception": exceptions,
            "numerator": numerator,
            "numerator_exclusion": not_counted,
        }


def of_both(some: Members | None, others: Members) -> Members:
    """Who is in both; nobody where there is no first one."""
    return intersect(others, some) if some is not None else nobody(others)


def nobody(others: Members) -> Members:
    """A SELECT of the same shape that finds nobody."""
    rows = others.subquery()
    return select(rows.c.patient_id).where(rows.c.patient_id.is_(None))


def without(some: Members, others: Members) -> Members:
    """Who is in the first and not in the second."""
    return except_(some, others)


def measure_for(content: Mapping[str, Any], period: Period, known: Known) -> Measure:
    """A valid measure for a period."""
    rules = {key: in_period(content[key], period) for key in (*ONE, *NAMED) if key in content}
    return Measure(rules, knowing(content, period, known), period)


def knowing(content: Mapping[str, Any], period: Period, known: Known) -> Known:
    """What a measure's rules may name: its own ones before the segments in force, all with the days of the period."""
    named = {**known.segments, **content.get("rules", {})}
    return replace(known, segments={slug: in_period(rule, period) for slug, rule in named.items()})


def members(session: Session, measure: Measure) -> Mapping[str, frozenset[int]]:
    """The ids of everybody in each population, one statement a population."""
    return {name: frozenset(session.scalars(chosen)) for name, chosen in measure.populations().items()}


def measure_problems(content: Any, period: Period, known: Known) -> list[Problem]:
    """Everything that is wrong in a measure, each with its place; empty when it can be asked for this period."""
    if not isinstance(content, Mapping):
        return [Problem("", N_("Write names with their values"))]
    found = list(check.unknown_keys(content, "", list(KEYS)))
    if content.get("format") != FORMAT:
        found.append(Problem("format", N_("Only format %(format)s is known here"), {"format": FORMAT}))
    found += [Problem(key, N_("This is missing")) for key in NEEDED if key not in content]
    named = {key: content.get(key, {}) for key in ("rules", *NAMED)}
    found += [Problem(key, N_("Write names with their values")) for key, each in named.items() if not is_named(each)]
    if found:
        return found
    knows = knowing(content, period, known)
    return [
        problem
        for where, rule in rules_of(content)
        for problem in check.problems(in_period(rule, period), where, knows)
    ]


def is_named(rules: Any) -> bool:
    """Whether these are rules by name."""
    return isinstance(rules, Mapping) and all(isinstance(name, str) for name in rules)


def rules_of(content: Mapping[str, Any]) -> Iterator[tuple[str, Rule]]:
    """(place, rule) of every rule of a measure."""
    for key in ONE:
        if key in content:
            yield key, content[key]
    for key in ("rules", *NAMED):
        for name, rule in content.get(key, {}).items():
            yield f"{key}.{name}", rule
