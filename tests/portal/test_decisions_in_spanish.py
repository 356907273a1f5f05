"""A decision reads wholly in Spanish, whatever its reason: golden cases of every rule, and the reasons of none."""

from pathlib import Path

import pytest
import yaml
from flask import Flask
from flask_babel import force_locale

from app.views.decision_words import VERDICTS, fact_words, pieces_of, sentence_about
from journeys.contact.deciding.catalogue import REASONS
from journeys.contact.deciding.fact_words import TOLD, value_of
from journeys.contact.deciding.grounds import Cited, Ground, Told
from journeys.contact.deciding.why import OnChannel
from journeys.contact.rules import RULES
from tests.spec.contact_cases import facts_of

CASES = Path(__file__).parents[1] / "spec" / "contact.rules"
LIKE_IN_ENGLISH = ("jurisdiction", "content_level", "telecom_id")
"""Facts whose values are codes, numbers and the like."""

MADE_UP = ("pigeon", "spoken")
"""A medium and a way of agreeing that only cases know."""


def grounds():
    """A ground for every failing golden case, and for every reason that no rule gives."""
    for path in sorted(CASES.glob("*.yaml")):
        rule = RULES[path.stem]
        for case in yaml.safe_load(path.read_text("utf-8"))["cases"]:
            if case["fails"]:
                facts = facts_of(case)
                told = tuple(Told(name, TOLD[name], value_of(facts, name)) for name in rule.needs if name in TOLD)
                words = REASONS[case["reason"]]
                yield Ground(case["reason"], words, rule.label, (Cited(rule.source),), told)
    of_rules = {code for rule in RULES.values() for code in rule.reasons}
    for code in sorted(set(REASONS) - of_rules):
        yield Ground(code, REASONS[code])


def in_language(app: Flask, language: str, say):
    with app.test_request_context("/"), force_locale(language):
        return say()


def test_every_code_is_among_them():
    assert {ground.code for ground in grounds()} == set(REASONS)


def test_no_reason_rule_or_remedy_stays_english(app: Flask) -> None:
    for ground in grounds():
        english, spanish = (in_language(app, each, lambda: pieces_of(ground)) for each in ("en", "es"))  # noqa: B023
        for there, here in zip(english, spanish, strict=True):
            assert there != here or not there, (ground.code, there)


def test_no_fact_stays_english(app: Flask) -> None:
    """A word that is kept as such, `on-hold`, is no Spanish; nor is what both languages say alike."""
    for ground in grounds():
        for told in ground.facts:
            if (
                told.name in LIKE_IN_ENGLISH
                or str(told.value) in MADE_UP
                or not isinstance(told.value, str | list | bool)
            ):
                continue
            spanish = in_language(app, "es", lambda: fact_words(told))  # noqa: B023
            raw = told.value if isinstance(told.value, list) else [told.value]
            assert not [each for each in raw if isinstance(each, str) and each in spanish.split(", ")], told


@pytest.mark.parametrize("verdict", VERDICTS)
def test_no_verdict_stays_english(app: Flask, verdict: str) -> None:
    said = OnChannel("email", 1, verdict, (), None if verdict != "defer" else value_of(facts_of({}), "now"))
    english, spanish = (in_language(app, each, lambda: sentence_about(said)) for each in ("en", "es"))
    assert english != spanish
    assert " it " not in spanish
