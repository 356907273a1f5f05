"""Golden cases of every check over rules: rules that it speaks up for, and rules that it lets pass.

segments: {slug: rule}               what the rules may name, if anything; of each case or of the whole file
value_sets: {slug: number of codes}
cases:
  - name: …
    rule: {…}
    focus: appointment               the kind of record that the rule is about
    problems: ["error rule.all.1: …"]    severity, place and English words of all that this check finds
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from journeys.criteria.check import problems
from journeys.criteria.checks import CHECKS
from journeys.criteria.checks.base import Looked
from journeys.criteria.fields import RECORDS
from journeys.criteria.known import Known, ValueSet
from journeys.criteria.reasoning.reading import Reading

FOLDER = Path(__file__).parent / "criteria.checks"


def cases() -> list[Any]:
    """Every case, as a parameter called file: name."""
    found = []
    for file in sorted(FOLDER.glob("*.yaml")):
        content = yaml.safe_load(file.read_text())
        shared = {key: value for key, value in content.items() if key != "cases"}
        for case in content["cases"]:
            found.append(pytest.param(file.stem, {**shared, **case}, id=f"{file.stem}: {case['name']}"))
    return found


def test_every_check_has_its_cases_and_every_case_its_check() -> None:
    assert {file.stem for file in FOLDER.glob("*.yaml")} == set(CHECKS)


@pytest.mark.parametrize("name", CHECKS)
def test_every_check_speaks_up_and_lets_pass(name: str) -> None:
    found = [bool(case["problems"]) for file, case in (each.values for each in cases()) if file == name]
    assert set(found) == {True, False}


@pytest.mark.parametrize(("name", "case"), cases())
def test_check(name: str, case: dict[str, Any]) -> None:
    value_sets = {slug: ValueSet(slug, 1, {"en": slug}, size) for slug, size in case.get("value_sets", {}).items()}
    known = Known(segments=case.get("segments", {}), value_sets=value_sets)
    focus = case.get("focus")
    assert problems(case["rule"], "rule", known, focus) == []
    looked = Looked(case["rule"], "rule", Reading(known, RECORDS.get(focus or "")))
    found = [f"{each.severity} {each}" for each in CHECKS[name]().look(looked)]
    assert found == case["problems"]
