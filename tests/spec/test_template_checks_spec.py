"""Golden cases of every check over templates: templates that it speaks up for, and templates that it lets pass.

cases:
  - name: …
    template: {…}                    what differs from a template that nothing speaks against
    languages: [en, es]              the languages of the clinic
    fields: {custom.x: {level: 3, longest: 10}}   fields of the clinic
    wordings: {hours: {en: …}}         wordings in force, of the level `wording_level`
    problems: ["error texts.en.body: …"]          severity, place and English words of all that this check finds
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from journeys.contact.rules.content_level import Levels
from journeys.contact.template_checks import CHECKS
from journeys.contact.template_checks.base import Looked
from journeys.contact.texts.merge_fields import MERGE_FIELDS, MergeField
from journeys.contact.texts.templates import problems
from journeys.contact.texts.wordings import Wording, quoted_in, written_out

FOLDER = Path(__file__).parent / "contact.template_checks"

RIGHT: dict[str, Any] = {
    "format": 1,
    "name": {"en": "Recall"},
    "purpose": "care",
    "content_level": 1,
    "texts": {
        "en": {"subject": "Your check-up", "body": "{{clinic.name}}: please call {{clinic.phone}}. STOP to end."}
    },
}


def cases() -> list[Any]:
    """Every case, as a parameter called file: name."""
    return [
        pytest.param(file.stem, case, id=f"{file.stem}: {case['name']}")
        for file in sorted(FOLDER.glob("*.yaml"))
        for case in yaml.safe_load(file.read_text("utf-8"))["cases"]
    ]


def test_the_template_from_which_cases_differ_is_right() -> None:
    assert problems(RIGHT) == []


def test_every_check_has_its_cases_and_every_case_its_check() -> None:
    assert {file.stem for file in FOLDER.glob("*.yaml")} == set(CHECKS)


@pytest.mark.parametrize("name", CHECKS)
def test_every_check_speaks_up_lets_pass_and_names_its_source(name: str) -> None:
    found = [bool(case["problems"]) for file, case in (each.values for each in cases()) if file == name]
    assert set(found) == {True, False}
    assert CHECKS[name].source


@pytest.mark.parametrize(("name", "case"), cases())
def test_check(name: str, case: dict[str, Any]) -> None:
    own = {key: MergeField(value=lambda about: None, **given) for key, given in case.get("fields", {}).items()}
    levels = Levels(**case.get("levels", {}))
    level = case.get("wording_level", 0)
    wordings = {slug: Wording(1, texts, level) for slug, texts in case.get("wordings", {}).items()}
    template = {**RIGHT, **case["template"]}
    languages, fields = case.get("languages", ["en"]), {**MERGE_FIELDS, **own}
    looked = Looked(written_out(template, wordings), languages, fields, levels, wordings, quoted_in(template))
    assert [f"{each.severity} {each}" for each in CHECKS[name]().look(looked)] == case["problems"]
