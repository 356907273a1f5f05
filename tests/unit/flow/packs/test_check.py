"""A pack is judged whole: what is wrong in any file is said at its line, before anything is loaded."""

import copy
import dataclasses
import random

import pytest

from config import PROJECT
from journeys.access.risk.points import OF_THE_HOUSE
from journeys.flow.packs.check import catalogue_of, named_queues, pack_problems
from journeys.flow.packs.folder import pack_of, read_folder
from journeys.flow.packs.yaml_text import write_yaml
from journeys.foundation.errors import errors_in

PACKS = PROJECT / "seed" / "packs"


@pytest.fixture(scope="module")
def base():
    return read_folder(PACKS / "base")


@pytest.fixture
def files():
    folder = PACKS / "hypertension-recall"
    return {
        path.relative_to(folder).as_posix(): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def said(files, base, roles=None):
    pack, problems = pack_of("recall", files)
    assert problems == []
    found = pack_problems(pack, catalogue_of({"base": base}, named_queues(pack), roles), frozenset({"base"}))
    return [str(problem) for problem in errors_in(found)]


def changed(text, where, value):
    pack, _ = pack_of("small", {"pack.yaml": text})
    content = copy.deepcopy(pack.manifest)
    place = content
    for key in where[:-1]:
        place = place[key]
    place[where[-1]] = value
    return write_yaml(content)


def test_shipped_packs_have_no_problems(files, base):
    assert said(files, base) == []
    assert errors_in(pack_problems(base, catalogue_of({}), frozenset())) == []


def test_a_pack_that_is_not_there(files, base):
    files["pack.yaml"] = changed(files["pack.yaml"], ["needs"], ["base", "gone"])
    assert said(files, base) == ["pack.yaml:10: needs.1: The pack gone is not there"]


def test_an_unknown_key(files, base):
    files["pack.yaml"] += "author: me\n"
    [problem] = said(files, base)
    assert problem.startswith("pack.yaml:10: author: author is not known here")


def test_a_template_that_is_gone(files, base):
    del files["templates/recall-second.yaml"]
    [problem] = said(files, base)
    assert problem.endswith("There is no published template recall-second")


def test_a_segment_that_is_gone(files, base):
    del files["segments/bp-at-risk.yaml"]
    [problem] = said(files, base)
    assert "steps.risk.config.branches.0.rule" in problem
    assert "bp-at-risk" in problem


IN_ASTHMA = """format: 1
name:
  en: Breathless
rule:
  happened: condition
  where:
    - field: code
      is: in_value_set
      value: asthma
"""
ASTHMA = """format: 1
name:
  en: Asthma
codes:
  - code: '195967001'
    system: http://snomed.info/sct
"""


def test_a_value_set_comes_with_the_pack_or_is_missing(files, base):
    files["segments/breathless.yaml"] = IN_ASTHMA
    [problem] = said(files, base)
    assert problem.startswith("segments/breathless.yaml:9: rule.where.0.value: There is no published value set asthma")
    files["value-sets/asthma.yaml"] = ASTHMA
    assert said(files, base) == []


def test_a_wrong_code_is_said_at_its_line(files, base):
    files["value-sets/asthma.yaml"] = ASTHMA + "  - code: '195967001'\n    system: SNOMEDCT\n"
    [problem] = said(files, base)
    assert problem.startswith("value-sets/asthma.yaml:8: codes.1.system: Write http://snomed.info/sct instead of")


def test_a_language_that_is_missing(files, base):
    name = "templates/recall-first.yaml"
    content = changed(files[name], ["texts"], {"en": {"subject": "Hello", "body": "Hello"}})
    files[name] = content
    found = said(files, base)
    assert f"{name}:11: texts.es: The text is missing in es" in found
    assert any(problem.startswith("journeys/hypertension-recall.yaml") for problem in found)


def test_a_step_that_leads_nowhere(files, base):
    name = "journeys/hypertension-recall.yaml"
    files[name] = changed(files[name], ["steps", "letter", "next"], {"next": "nowhere"})
    [problem] = [each for each in said(files, base) if "steps.letter.next.next" in each]
    assert problem.startswith(name)
    assert "nowhere" in problem


def test_a_rule_that_is_no_rule(files, base):
    name = "segments/bp-review-due.yaml"
    files[name] = changed(files[name], ["rule"], {"field": "shoe_size", "is": "at_least", "value": 9})
    [problem] = said(files, base)
    assert "rule.field: There is no field shoe_size here" in problem


def test_a_life_with_a_wrong_date(files, base):
    files["tests/wrong.yaml"] = write_yaml(
        {
            "format": 1,
            "name": {"en": "Wrong"},
            "people": [{"person": "sarah", "name": "Sarah Mitchell", "birth_date": "14.3.1962"}],
            "days": [{"at": "2026-03-02 10:00 America/Nowhere"}],
        }
    )
    assert said(files, base) == [
        "tests/wrong.yaml:7: people.0.birth_date: Write the day as year, month and day, for example 2026-03-02",
        "tests/wrong.yaml:9: days.0.at: Write day, time and time zone, for example 2026-03-02 10:00 America/New_York",
    ]


def test_a_life_of_strangers(files, base):
    files["tests/wrong.yaml"] = write_yaml(
        {
            "format": 1,
            "name": {"en": "Wrong"},
            "people": [{"person": "sarah", "name": "Sarah Mitchell", "branch": "nowhere"}],
            "days": [
                {"at": "2026-03-02 10:00 UTC", "do": [{"person": "tom", "dies": True}]},
                {"at": "2026-03-02 09:00 UTC", "expect": [{"person": "ann"}]},
            ],
        }
    )
    assert [problem.partition(": ")[2] for problem in said(files, base)] == [
        "days.1.at: Each day comes after the one before",
        "people.0.branch: There is no branch nowhere",
        "days.0.do.0.person: There is nobody called tom",
        "days.1.expect.0.person: There is nobody called ann",
    ]


JUNK = (None, True, -1, 3.5, "", "x", [], {}, [None], {"a": 1}, {"segment": "bp-review-due"}, ["en", 3], "2026-13-45")


@pytest.mark.parametrize("seed", range(4))
def test_junk_at_any_place_is_judged(base, seed):
    chance = random.Random(seed)
    whole = read_folder(PACKS / "hypertension-recall")
    for _ in range(12):
        parts, tests = copy.deepcopy((dict(whole.parts), dict(whole.tests)))
        for _ in range(2):
            content = chance.choice([*parts.values(), *tests.values()])
            spoil(content, chance)
        pack = dataclasses.replace(whole, parts=parts, tests=tests)
        found = pack_problems(pack, catalogue_of({"base": base}, named_queues(pack)), frozenset({"base"}))
        assert all(str(problem) for problem in found)


def spoil(content, chance):
    """Put junk at one place of a definition."""
    place = content
    while True:
        key = chance.choice(list(place) if isinstance(place, dict) else range(len(place)))
        inside = place[key]
        if not isinstance(inside, dict | list) or not inside or chance.random() < 0.3:
            place[key] = copy.deepcopy(chance.choice(JUNK))
            return
        place = inside


def test_a_field_is_judged_at_its_line_and_rules_of_the_pack_may_name_it(files, base):
    path = "fields/smoking-status.yaml"
    files[path] = changed(files[path], ["choices", 0, "code"], "two words")
    asked_by_it, wrong = said(files, base)
    assert wrong.startswith(f"{path}:7: choices.0.code")
    # a field that is wrong is not there for the field that is asked by it
    assert asked_by_it.startswith("fields/cigarettes-a-day.yaml") and "custom.smoking-status" in asked_by_it


def test_a_role_that_the_portal_does_not_have_is_said_where_it_stands(files, base):
    path = "fields/smoking-status.yaml"
    roles = frozenset({"staff", "consultant", "administrator"})
    assert said(files, base, roles) == []
    files[path] = changed(files[path], ["see", "roles"], ["staff", "consultent"])
    assert said(files, base) == []
    [wrong] = [problem for problem in said(files, base, roles) if problem.startswith(path)]
    assert "see.roles.1: consultent is not possible here" in wrong


def test_a_template_may_say_an_ordinary_field_of_its_pack(files, base):
    path = next(name for name in files if name.startswith("templates/"))
    files[path] = changed(files[path], ["texts", "en", "body"], "{{custom.distance-to-clinic}}")
    assert [problem for problem in said(files, base) if "distance" in problem and "reveals" not in problem] == []
    files[path] = changed(files[path], ["texts", "en", "body"], "{{custom.smoking-status}}")
    assert any("custom.smoking-status reveals more (level 3)" in problem for problem in said(files, base))


def test_points_that_would_be_put_aside(files, base):
    """A wrong setting would leave the points of the house in force, and nobody would hear of it."""
    sound = {**OF_THE_HOUSE, "classes": {"medium": 2, "high": 4}}
    files["settings/attendance-risk.yaml"] = write_yaml(sound)
    assert said(files, base) == []

    files["settings/attendance-risk.yaml"] = write_yaml({**sound, "classes": {"medium": 4, "high": 2}, "payers": True})
    first, second = said(files, base)
    assert "payers: payers is not known here" in first + second
    assert "classes: Say from where medium and high begin" in first + second
